/** What `php artisan install:broadcasting` writes. */
export const reverb = {
  broadcaster: 'reverb',
  key: 'app-key',
  wsHost: 'localhost',
  wsPort: 80,
  wssPort: 443,
  forceTLS: false,
  enabledTransports: ['ws', 'wss'],
} as const
