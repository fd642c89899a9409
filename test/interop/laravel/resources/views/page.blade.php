<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="csrf-token" content="{{ csrf_token() }}">
    <title>{{ auth()->user()?->name ?? 'Guest' }}</title>
    <link rel="icon" href="data:,">
    <script src="/axios.js"></script>
    <script src="/dist/echo.global.js"></script>
</head>
<body>
    <h1>{{ auth()->user()?->name ?? 'Guest' }}</h1>
</body>
</html>
