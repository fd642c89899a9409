<?php

use App\Events\AlarmRaised;
use App\Events\MessageSent;
use App\Events\NewsPublished;
use App\Events\OrderRenamed;
use App\Events\OrderShipped;
use App\Events\ReportFinished;
use App\Events\SecretTold;
use App\Models\Post;
use App\Notifications\InvoicePaid;
use App\Notifications\TrialEnding;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Route;

Route::middleware('auth')->group(function () {
    Route::post('/orders/{order}/ship', function (int $order) {
        broadcast(new OrderShipped($order));
    });

    Route::post('/orders/{order}/ship/others', function (int $order) {
        broadcast(new OrderShipped($order))->toOthers();
    });

    Route::post('/orders/{order}/rename', function (Request $request, int $order) {
        broadcast(new OrderRenamed($order, $request->string('name')));
    });

    Route::post('/orders/import', function (Request $request) {
        $batch = collect($request->input('orders'))->map(fn (int $order) => [
            'channel' => "private-orders.{$order}",
            'name' => OrderShipped::class,
            'data' => ['order' => $order],
        ]);

        Broadcast::driver()->getPusher()->triggerBatch($batch->all());
    });

    Route::post('/secrets/{secret}', function (Request $request, int $secret) {
        broadcast(new SecretTold($secret, $request->string('text')));
    });

    Route::post('/chat/{room}', function (Request $request, int $room) {
        broadcast(new MessageSent($room, $request->user(), $request->string('text')))->toOthers();
    });

    Route::post('/news', function (Request $request) {
        broadcast(new NewsPublished($request->integer('channels'), $request->string('headline')));
    });

    Route::post('/invoices/{amount}/pay', function (Request $request, int $amount) {
        $request->user()->notify(new TrialEnding(days: 3));
        $request->user()->notify(new InvoicePaid($amount));
    });

    Route::post('/posts', fn (Request $request) => Post::create($request->only('title')));
    Route::put('/posts/{post}', fn (Request $request, Post $post) => tap($post)->update($request->only('title')));
    Route::delete('/posts/{post}', fn (Post $post) => $post->delete());

    Route::post('/reports/{report}', function (int $report) {
        broadcast(new ReportFinished($report));
        broadcast(new AlarmRaised($report));
    });

    /* The worker that this application does not have otherwise: does what waits in the queue, and goes. */
    Route::post('/queue/work', function () {
        Artisan::call('queue:work', ['connection' => 'database', '--stop-when-empty' => true]);
    });
});
