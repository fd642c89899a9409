<?php

namespace App\Broadcasting;

use Illuminate\Broadcasting\BroadcastException;
use Pusher\Pusher;
use Pusher\PusherException;

/** Version 4 of Pusher's SDK, called as Laravel calls version 7. */
class Pusher4 extends Pusher
{
    /**
     * Laravel hands over the sender's socket id as a parameter among others, and expects an exception where version 4
     * only returns false.
     */
    public function trigger($channels, $event, $data, $parameters = [], $debug = false, $already_encoded = false)
    {
        $socketId = $parameters['socket_id'] ?? null;

        return $this->accepted(parent::trigger($channels, $event, $data, $socketId, $debug, $already_encoded));
    }

    public function triggerBatch($batch = [], $debug = false, $already_encoded = false)
    {
        return $this->accepted(parent::triggerBatch($batch, $debug, $already_encoded));
    }

    /** Version 4 signs for nobody at all where the page sends no socket id. */
    public function socket_auth($channel, $socket_id, $custom_data = null)
    {
        if ($socket_id === null) {
            throw new PusherException('Invalid socket ID');
        }

        return parent::socket_auth($channel, $socket_id, $custom_data);
    }

    /** A text, as version 7 answers: so Laravel labels it as HTML. */
    public function authenticateUser(string $socketId, array $user): string
    {
        ['auth_key' => $key, 'secret' => $secret] = $this->getSettings();
        $data = json_encode($user);
        $signature = hash_hmac('sha256', "{$socketId}::user::{$data}", $secret);

        return json_encode(['auth' => "{$key}:{$signature}", 'user_data' => $data]);
    }

    private function accepted(mixed $result): mixed
    {
        return $result ?: throw new BroadcastException('The server has refused it, or is not there.');
    }
}
