// A page of a Blade application: scripts put everything into `window`.
import type LaravelEcho from 'laravel-echo'

declare const $: any
declare const Echo: LaravelEcho<'pusher'>

export function start(): void {
  $.ajaxSetup({ headers: { 'X-CSRF-TOKEN': $('meta[name="csrf-token"]').attr('content') } })

  Echo.channel('news').listen('.published', function (this: unknown, event: { title: string }) {
    $('#news').append($('<li>').text(event.title))
  })

  Echo.connector.pusher.connection.bind('state_change', function (states: { current: string }) {
    $('#status').text(states.current)
  })

  Echo.private('users.1').listen('.paid', (event: { id: number }) => $('#news').append($('<li>').text(event.id)))
}

export const send = (): Promise<unknown> => $.post('/comments', { text: 'Hello' })

export const isConnected = (): boolean => Echo.connector.pusher.connection.connection !== null

export function leaveAll(): void {
  for (const name in Echo.connector.channels) {
    Echo.leaveChannel(name)
  }
}
