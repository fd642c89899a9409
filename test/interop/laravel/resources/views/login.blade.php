<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <title>Login</title>
    <link rel="icon" href="data:,">
</head>
<body>
    <form method="post" action="/login">
        @csrf
        <label>Email <input type="email" name="email" required></label>
        <label>Password <input type="password" name="password" required></label>
        @error('email') <p role="alert">{{ $message }}</p> @enderror
        <button>Log in</button>
    </form>
</body>
</html>
