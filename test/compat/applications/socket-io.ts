// An application on laravel-echo-server, with the socket.io client that the server's page loads.
import Echo from 'laravel-echo'
import { io } from 'socket.io-client'

export const shown: string[] = []

export function start(host: string): Echo<'socket.io'> {
  const echo = new Echo({
    broadcaster: 'socket.io',
    client: io,
    host,
    transports: ['websocket'],
    auth: { headers: { Authorization: 'Bearer mine' } },
  })

  echo.connector.socket.on('connect', () => shown.push(`connected ${typeof echo.socketId()}`))
  echo.connector.socket.on('disconnect', () => shown.push('disconnected'))
  echo.channel('news').listen('.published', (event: { title: string }) => shown.push(event.title))

  const room = echo.join('room')
  room.here((users: { name: string }[]) => shown.push(`here ${users.map(({ name }) => name).join()}`))
  room.listenForWhisper('typing', ({ name }: { name: string }) => shown.push(`${name} types`))
  return echo
}
