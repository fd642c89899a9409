<?php

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Route;
use Symfony\Component\HttpKernel\Exception\HttpExceptionInterface;

Route::post('/broadcasting/auth-batch', function (Request $request) {
    $input = $request->validate([
        'socket_id' => ['required', 'string', 'regex:/^\d+\.\d+$/D'],
        'channel_name' => ['required', 'array', 'max:200'],
        'channel_name.*' => ['required', 'string'],
    ]);

    $answers = [];

    foreach ($input['channel_name'] as $channel) {
        $one = (clone $request)->replace([
            'socket_id' => $input['socket_id'],
            'channel_name' => $channel,
        ]);

        try {
            $answers[$channel] = ['status' => 200, 'data' => Broadcast::auth($one)];
        } catch (HttpExceptionInterface $refused) {
            $answers[$channel] = ['status' => $refused->getStatusCode()];
        } catch (Throwable $failure) {
            report($failure);
            $answers[$channel] = ['status' => 500];
        }
    }

    return response()->json((object) $answers);
});
