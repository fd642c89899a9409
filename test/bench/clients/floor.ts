import { Floor } from '../floor'
import type { Start } from './client'

/** The floor. */
export const floor: Start = ({ port, ...setup }) => {
  const url = `ws://127.0.0.1:${port}/app/app-key?protocol=7&client=js&version=8.6.0&flash=false`
  const client = new Floor({ url, ...setup })
  return {
    listen(name, event, listener) {
      client.subscribe(name).on(`App\\Events\\${event}`, listener)
    },
    join(name, joined) {
      client.subscribe(`private-${name}`).on('joined', joined)
    },
    presence(name, here, joining) {
      client.subscribe(`presence-${name}`).on('joined', here).on('joining', joining)
    },
    leave(name) {
      client.unsubscribe(`presence-${name}`)
    },
  }
}
