<?php

use Fruitcake\Cors\CorsService;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Http\Middleware\HandleCors;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(
        web: [
            __DIR__.'/../routes/web.php',
            __DIR__.'/../routes/authorization.php',
            __DIR__.'/../routes/auth-batch.php',
            __DIR__.'/../routes/publishing.php',
        ],
        channels: __DIR__.'/../routes/channels.php',
    )
    ->withMiddleware(function (Middleware $middleware) {
        if (! class_exists(CorsService::class)) {
            $middleware->remove(HandleCors::class);
        }
    })
    ->withExceptions()
    ->create();
