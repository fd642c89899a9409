<?php

namespace App\Events;

use Illuminate\Broadcasting\Channel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;

/** Waits in the queue until a worker comes. */
class ReportFinished implements ShouldBroadcast
{
    public string $connection = 'database';

    public function __construct(public int $report) {}

    public function broadcastOn(): Channel
    {
        return new Channel('reports');
    }

    public function broadcastWith(): array
    {
        return ['report' => $this->report];
    }
}
