const told = (event: string, data: unknown, channel = 'presence-room', rest: object = {}) =>
  JSON.stringify({ event, data: JSON.stringify(data), channel, ...rest })
const member = { user_id: '2', user_info: { name: 'Grace' } }
const presence = { count: 1, ids: ['1'], hash: { 1: { name: 'Ada' } } }
/** One frame of each kind that a server sends, for the channels `news`, `private-me` and `presence-room`. */
export const corpus = [
  told('App\\Events\\Said', { id: 1, text: 'hello' }),
  told('client-typing', { name: 'Grace' }, 'presence-room', { user_id: '2' }),
  told('App\\Events\\Said', { id: 2 }, 'news'),
  told('Illuminate\\Notifications\\Events\\BroadcastNotificationCreated', { id: 'a', type: 'App\\Paid' }, 'private-me'),
  told('pusher_internal:member_added', member),
  told('pusher_internal:member_removed', { user_id: '2' }),
  told('pusher_internal:subscription_succeeded', { presence }),
  told('pusher_internal:subscription_succeeded', {}, 'private-me'),
  told('pusher_internal:subscription_count', { subscription_count: 3 }, 'news'),
  told('pusher:cache_miss', {}, 'news'),
  told('pusher:subscription_error', { type: 'AuthError', status: 401, error: 'no' }, 'private-me'),
  '{"event":"pusher:ping","data":"{}"}',
  '{"event":"pusher:pong"}',
  '{"event":"pusher:error","data":{"code":4009,"message":"no"}}',
  '{"event":"pusher:error","data":{"code":4301,"message":"slow down"}}',
  '{"event":"pusher:signin_success","data":"{\\"user_data\\":\\"{}\\"}"}',
  '{"event":"pusher_internal:watchlist_events","data":"{\\"events\\":[{\\"name\\":\\"online\\",\\"user_ids\\":[\\"3\\"]}]}"}',
  '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.1\\",\\"activity_timeout\\":30}"}',
]
