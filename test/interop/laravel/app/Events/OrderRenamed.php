<?php

namespace App\Events;

use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

class OrderRenamed implements ShouldBroadcast
{
    public function __construct(private int $order, private string $name) {}

    public function broadcastOn(): PrivateChannel
    {
        return new PrivateChannel("orders.{$this->order}");
    }

    public function broadcastAs(): string
    {
        return 'order.renamed';
    }

    public function broadcastWith(): array
    {
        return ['to' => $this->name];
    }
}
