import { createServer, type Socket } from 'node:net'

/** The few commands of Redis that laravel-echo-server keeps its members with, in memory. Returns the port and its end. */
export async function startRedis(): Promise<{ readonly port: number; close(): void }> {
  const values = new Map<string, string>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += String(chunk)
      for (let command = take(text); command; command = take(text)) {
        text = text.slice(command.length)
        socket.write(answer(command.words))
      }
    })
  })

  const answer = ([name = '', key = '', value = '']: readonly string[]): string => {
    switch (name.toLowerCase()) {
      case 'get':
        return bulk(values.get(key))
      case 'set':
        values.set(key, value)
        return '+OK\r\n'
      case 'info':
        return bulk('redis_version:7.0.0')
      default:
        return '+OK\r\n'
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** The first command of a text, an array of bulk strings (Redis's protocol, RESP2); `undefined` while it is not complete. */
function take(text: string): { readonly words: string[]; readonly length: number } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? []
  if (head === undefined) return undefined
  const words: string[] = []
  let at = head.length
  while (words.length < Number(count)) {
    const [start, size] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? []
    if (start === undefined) return undefined
    const end = at + start.length + Number(size)
    if (text.length < end + 2) return undefined
    words.push(text.slice(at + start.length, end))
    at = end + 2
  }
  return { words, length: at }
}

function bulk(value: string | undefined): string {
  return value === undefined ? '$-1\r\n' : `$${value.length}\r\n${value}\r\n`
}
