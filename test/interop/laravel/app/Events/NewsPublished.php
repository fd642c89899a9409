<?php

namespace App\Events;

use Illuminate\Broadcasting\Channel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

class NewsPublished implements ShouldBroadcast
{
    public function __construct(private int $channels, public string $headline) {}

    /** @return list<Channel> */
    public function broadcastOn(): array
    {
        return array_map(fn (int $number) => new Channel("news.{$number}"), range(1, $this->channels));
    }
}
