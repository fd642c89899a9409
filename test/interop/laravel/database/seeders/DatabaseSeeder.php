<?php

namespace Database\Seeders;

use App\Models\Post;
use App\Models\User;
use Illuminate\Database\Seeder;

class DatabaseSeeder extends Seeder
{
    public function run(): void
    {
        foreach (['Ada' => true, 'Ben' => true, 'Cleo' => false] as $name => $mayJoin) {
            User::create([
                'name' => $name,
                'email' => strtolower($name).'@example.com',
                'password' => 'password',
                'may_join' => $mayJoin,
            ]);
        }

        Post::withoutBroadcasting(fn () => Post::create(['title' => 'First post']));
    }
}
