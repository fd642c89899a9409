<?php

namespace App\Events;

use Illuminate\Broadcasting\EncryptedPrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

class SecretTold implements ShouldBroadcast
{
    public function __construct(private int $secret, public string $text) {}

    public function broadcastOn(): EncryptedPrivateChannel
    {
        return new EncryptedPrivateChannel("secrets.{$this->secret}");
    }
}
