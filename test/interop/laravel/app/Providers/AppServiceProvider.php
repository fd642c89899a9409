<?php

namespace App\Providers;

use App\Broadcasting\Pusher4;
use App\Livewire\Orders;
use Illuminate\Broadcasting\Broadcasters\PusherBroadcaster;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\ServiceProvider;
use Livewire\Livewire;
use Pusher\Pusher;

class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        if (! method_exists(Pusher::class, 'authorizeChannel')) {
            Broadcast::extend('reverb', fn ($app, array $config) => new PusherBroadcaster(
                new Pusher4($config['key'], $config['secret'], $config['app_id'], $config['options']),
            ));
        }

        if (class_exists(Livewire::class)) {
            Livewire::component('orders', Orders::class);
        }

        Broadcast::userRoutes();

        Broadcast::resolveAuthenticatedUserUsing(fn (Request $request) => $request->user() ? [
            'id' => (string) $request->user()->id,
            'user_info' => ['name' => $request->user()->name],
        ] : null);
    }
}
