<?php

namespace App\Notifications;

use Illuminate\Notifications\Notification;

class InvoicePaid extends Notification
{
    public function __construct(private int $amount) {}

    /** @return list<string> */
    public function via(object $notifiable): array
    {
        return ['broadcast'];
    }

    /** @return array<string, int> */
    public function toArray(object $notifiable): array
    {
        return ['amount' => $this->amount];
    }
}
