import { compileFunction } from 'node:vm'
import * as antiphon from 'antiphon'
import ts from 'typescript'
import { beforeEach, expect, it, vi } from 'vitest'
import { advance, fakeTime } from '../support/clock'
import { Rig } from '../support/rig'
import { snippets } from './markdown'

fakeTime()

// What the application's server answers: the value, or a status.
let api: (url: string) => unknown
let asked: string[]

beforeEach(() => {
  asked = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    asked.push(url)
    init.signal?.throwIfAborted()
    const answer = api(url)
    return typeof answer === 'number' ? new Response(null, { status: answer }) : Response.json(answer)
  })
})

/** Runs the snippet that has this word as it stands, on a page with one element. */
function run(word: string, id: string) {
  const rig = new Rig()
  Object.assign(window, { Echo: rig.echo })
  document.body.innerHTML = `<div id="${id}"></div>`
  const page = snippets().filter(({ where }) => where.startsWith('docs/catching-up.md'))
  const code = page.find((snippet) => snippet.code.includes(word))?.code ?? ''
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  compileFunction(outputText, ['require', 'exports'])(() => antiphon, {})
  return { rig, shown: () => document.getElementById(id)?.textContent }
}

it('shows the orders as they are after a gap, whatever came while they were loading', async () => {
  let status = 'new'
  api = () => [{ id: 1, status }]
  const { rig, shown } = run('OrderUpdated', 'orders')
  const update = (id: number, next: string) =>
    rig.server.publish('private-orders', 'App\\Events\\OrderUpdated', { id, status: next })
  await advance(200)
  expect(shown()).toBe('1: new')
  update(2, 'new')
  await advance(10)
  expect(shown()).toBe('1: new\n2: new')
  status = 'shipped'
  await rig.reconnect()
  update(1, 'delivered')
  await advance(3000)
  expect(shown()).toBe('1: delivered')
  expect(asked).toHaveLength(2)
  api = () => 503
  await rig.reconnect()
  await advance(3000)
  expect(rig.trace.some(({ message }) => message.includes('could not be loaded'))).toBe(true)
  status = 'returned'
  api = () => [{ id: 1, status }]
  await advance(40_000)
  expect(shown()).toBe('1: returned')
})

it('shows each message of a chat once, those that were missed in their place', async () => {
  const messages = Array.from({ length: 40 }, (_, id) => ({ id: id + 1, text: `${id + 1};` }))
  api = (url) => messages.filter(({ id }) => id > Number(new URL(url, 'http://x').searchParams.get('after')))
  const { rig, shown } = run('OVERLAP', 'messages')
  const send = (id: number) => {
    const message = { id, text: `${id};` }
    messages.push(message)
    rig.server.publish('presence-chat.1', 'App\\Events\\MessageSent', message)
  }
  await advance(200)
  send(41)
  await advance(10)
  messages.push({ id: 42, text: '42;' }, { id: 43, text: '43;' })
  await rig.reconnect()
  send(44)
  await advance(3000)
  send(45)
  await advance(10)
  expect(shown()).toBe(Array.from({ length: 45 }, (_, id) => `${id + 1};`).join(''))
  expect(asked).toEqual(['/api/chat/1/messages?after=0', '/api/chat/1/messages?after=21'])
})

it('shows how many are unread where sockets are blocked, and live where they are not', async () => {
  let unread = 1
  api = () => ({ unread })
  const { rig, shown } = run('UnreadChanged', 'unread')
  rig.server.faults.offline = true
  await advance(15_000)
  expect(shown()).toBe('1')
  unread = 2
  await advance(15_000)
  expect(shown()).toBe('2')
  rig.server.faults.offline = false
  await rig.back()
  await advance(100)
  const before = asked.length
  rig.server.publish('private-inbox.1', 'App\\Events\\UnreadChanged', { unread: 3 })
  await advance(60_000)
  expect(shown()).toBe('3')
  expect(asked).toHaveLength(before)
})
