<?php

namespace App\Models;

use Illuminate\Database\Eloquent\BroadcastsEvents;
use Illuminate\Database\Eloquent\Model;

class Post extends Model
{
    use BroadcastsEvents;

    protected $fillable = ['title'];

    public function broadcastOn(string $event): array
    {
        return [$this];
    }
}
