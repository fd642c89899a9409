import Echo from 'antiphon'
import { ServerSentEvents } from './connector'

const echo = new Echo({ broadcaster: () => new ServerSentEvents('/server-sent-events/stream') })
Object.assign(window, { Echo: echo })

const [status, messages, form, input] = ['status', 'messages', 'say', 'text'].map((id) => document.getElementById(id)!)

const show = () => {
  status!.textContent = echo.connectionStatus()
}
echo.connection.subscribe(show)
show()

const note = (text: string) => {
  const line = document.createElement('li')
  line.textContent = text
  messages!.append(line)
}

echo
  .channel('messages')
  .listen('MessageSent', ({ text }) => note(text))
  .missed(() => note('Something may have been missed.'))
echo.private('secrets').error((error) => note(error.message))

const post = (action: string, body: object = {}) =>
  fetch(`/server-sent-events/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...echo.socketHeaders() },
    body: JSON.stringify(body),
  })

form!.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = (input as HTMLInputElement).value
  // The server sends it to the others.
  note(text)
  void post('messages', { text })
})
document.getElementById('cut')!.addEventListener('click', () => void post('cut'))
