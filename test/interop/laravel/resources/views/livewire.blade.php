<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="csrf-token" content="{{ csrf_token() }}">
    <title>Orders</title>
    <link rel="icon" href="data:,">
    <script src="/dist/echo.global.js"></script>
    @php(['key' => $key, 'options' => $options] = config('broadcasting.connections.reverb'))
    <script>
        window.Echo = new Echo({
            broadcaster: 'reverb',
            key: @json($key),
            wsHost: @json($options['host']),
            wsPort: @json($options['port']),
            wssPort: @json($options['port']),
            forceTLS: @json($options['useTLS']),
        })
    </script>
</head>
<body>
    <h1>{{ auth()->user()->name }}</h1>
    @livewire('orders')
</body>
</html>
