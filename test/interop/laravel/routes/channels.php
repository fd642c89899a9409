<?php

use App\Models\Post;
use App\Models\User;
use Illuminate\Support\Facades\Broadcast;

Broadcast::channel('orders.{order}', fn (User $user) => $user->may_join);

Broadcast::channel('secrets.{secret}', fn (User $user) => $user->may_join);

Broadcast::channel('cache-{name}', fn (User $user) => $user->may_join);

Broadcast::channel('chat.{room}', fn (User $user) => $user->may_join ? ['id' => $user->id, 'name' => $user->name] : null);

Broadcast::channel('yes.{room}', fn (User $user) => true);

Broadcast::channel('fails.{reason}', fn (User $user) => throw new RuntimeException('The database is on fire.'));

Broadcast::channel('App.Models.User.{id}', fn (User $user, int $id) => $user->id === $id);

Broadcast::channel('App.Models.Post.{post}', fn (User $user, Post $post) => $user->may_join);
