<?php

use Illuminate\Broadcasting\BroadcastController;
use Illuminate\Support\Facades\Route;

/* Beside Laravel's own /broadcasting/auth, which asks for no CSRF token: what applications write themselves. */

Route::post('/strict/auth', [BroadcastController::class, 'authenticate']);

Route::post('/guarded/auth', [BroadcastController::class, 'authenticate'])->middleware('auth');
