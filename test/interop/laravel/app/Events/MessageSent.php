<?php

namespace App\Events;

use App\Models\User;
use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Broadcasting\PresenceChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

class MessageSent implements ShouldBroadcast
{
    use InteractsWithSockets;

    public function __construct(private int $room, private User $author, public string $text) {}

    public function broadcastOn(): PresenceChannel
    {
        return new PresenceChannel("chat.{$this->room}");
    }

    public function broadcastWith(): array
    {
        return ['author' => $this->author->name, 'text' => $this->text];
    }
}
