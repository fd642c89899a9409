<?php

namespace App\Models;

use Illuminate\Foundation\Auth\User as Authenticatable;
use Illuminate\Notifications\Notifiable;

class User extends Authenticatable
{
    use Notifiable;

    protected $fillable = ['name', 'email', 'password', 'may_join'];

    protected $hidden = ['password', 'remember_token'];

    /** A text, as version 7 of Pusher's SDK makes of any id. */
    public function getAuthIdentifierForBroadcasting(): string
    {
        return (string) $this->id;
    }

    protected function casts(): array
    {
        return ['password' => 'hashed', 'may_join' => 'boolean'];
    }
}
