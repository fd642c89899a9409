<?php

namespace App\Livewire;

use App\Events\OrderShipped;
use Livewire\Attributes\On;
use Livewire\Component;

/** A component that listens by `window.Echo`, and broadcasts to others by the id that it sends along. */
class Orders extends Component
{
    /** @var list<int> */
    public array $shipped = [];

    #[On('echo-private:orders.1,OrderShipped')]
    public function add(array $event): void
    {
        $this->shipped[] = $event['order'];
    }

    public function ship(): void
    {
        broadcast(new OrderShipped(1))->toOthers();
    }

    public function render(): string
    {
        return <<<'blade'
            <div>
                <button wire:click="ship">Ship</button>
                <ul>
                    @foreach ($shipped as $index => $order)
                        <li wire:key="{{ $index }}">Order {{ $order }}</li>
                    @endforeach
                </ul>
            </div>
            blade;
    }
}
