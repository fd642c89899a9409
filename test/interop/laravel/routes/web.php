<?php

use App\Http\SessionController;
use Illuminate\Support\Facades\Route;
use Livewire\Livewire;

Route::view('/', 'page');
Route::get('/login', [SessionController::class, 'create'])->name('login');
Route::post('/login', [SessionController::class, 'store']);
Route::post('/logout', [SessionController::class, 'destroy']);

if (class_exists(Livewire::class)) {
    Route::view('/livewire-orders', 'livewire')->middleware('auth');
}

/* What applications have that renew a CSRF token without a new page: any answer of the web group sets the cookie. */
Route::get('/csrf-token', fn () => csrf_token());

/* The scripts of the page: the library as it is built, and axios as it is published. */
Route::withoutMiddleware('web')->group(function () {
    $script = fn (string $path) => response()->file(base_path("../../../{$path}"), ['Content-Type' => 'text/javascript']);

    Route::get('/dist/{file}', fn (string $file) => $script("dist/{$file}"))->where('file', '[\w.-]+\.js');
    Route::get('/axios.js', fn () => $script('node_modules/axios/dist/axios.min.js'));
});
