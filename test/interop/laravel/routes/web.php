<?php

use App\Http\SessionController;
use Illuminate\Support\Facades\Route;

Route::view('/', 'page');
Route::get('/login', [SessionController::class, 'create'])->name('login');
Route::post('/login', [SessionController::class, 'store']);
Route::post('/logout', [SessionController::class, 'destroy']);

/* What applications have that renew a CSRF token without a new page: any answer of the web group sets the cookie. */
Route::get('/csrf-token', fn () => csrf_token());
