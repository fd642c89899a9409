import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../package/consumer'
import { type Complaint, complaints } from '../support/compiler'

const page = `
import { Echo } from 'antiphon'

declare module 'antiphon' {
  interface Register {
    private: { [order: \`orders.\${string}\`]: { events: { OrderShipped: { id: number } } } }
    presence: {
      [room: \`chat.\${string}\`]: {
        member: { name: string }
        events: { MessageSent: { text: string } }
        whispers: { typing: { name: string } }
      }
    }
    notifications: { 'App\\\\Notifications\\\\InvoicePaid': { amount: number } }
  }
}

declare const echo: Echo<'reverb'>
`

/** What the compiler's first line says to each mistake. */
const mistakes: Record<string, string> = {
  "new Echo({ broadcaster: 'reverb', key: 'k', wshost: 'localhost' })": `Object literal may only specify known properties, but 'wshost' does not exist in type 'Options<"reverb", PusherClient> & { broadcaster: "reverb"; }'. Did you mean to write 'wsHost'?`,
  "new Echo({ broadcaster: 'reverbs', key: 'k' })": `Type '"reverbs"' is not assignable to type '"reverb" | "pusher" | "ably" | "socket.io" | "null" | MakeConnector'. Did you mean '"reverb"'?`,
  "new Echo({ broadcaster: 'reverb', key: 'k', wsPort: true })":
    "Type 'true' is not assignable to type 'string | number | null | undefined'.",
  "new Echo({ key: 'k' })":
    "Argument of type '{ key: string; }' is not assignable to parameter of type 'OptionsFor<BroadcastDriver>'.",
  'new Echo({ broadcaster: () => ({ connect() {} }) })': `Type '() => { connect(): void; }' is not assignable to type '"reverb" | "pusher" | "ably" | "socket.io" | "null" | MakeConnector'.`,
  "echo.private('orders.1').listen('OrderShiped', () => {})": `Argument of type '"OrderShiped"' is not assignable to parameter of type '"OrderShipped"'.`,
  "echo.private('orders.1').listen('OrderShipped', (event) => event.total)":
    "Property 'total' does not exist on type '{ id: number; }'.",
  "echo.private('orders.1').listen('OrderShipped', (event: { total: number }) => event.total)":
    "Argument of type '(event: { total: number; }) => number' is not assignable to parameter of type '(payload: { id: number; }, meta: EventMeta) => unknown'.",
  "echo.join('chat.1').here((users) => users.map((user) => user.nickname))":
    "Property 'nickname' does not exist on type '{ name: string; }'.",
  "echo.join('chat.1').whisper('typng', { name: 'Ada' })": `Argument of type '"typng"' is not assignable to parameter of type '"typing"'.`,
  "echo.join('chat.1').whisper('typing', { nick: 'Ada' })":
    "Object literal may only specify known properties, and 'nick' does not exist in type '{ name: string; }'.",
  "echo.channel('news').whisper('typing', {})": `Argument of type '"typing"' is not assignable to parameter of type 'never'.`,
  "echo.private('a').whisper('typing', 'text')":
    "Argument of type 'string' is not assignable to parameter of type 'object'.",
  "echo.private('a').listen('Paid')": 'Expected 2-3 arguments, but got 1.',
  "echo.private('a').listen('Paid', () => {}, { sginal: undefined })":
    "Object literal may only specify known properties, but 'sginal' does not exist in type 'ListenOptions'. Did you mean to write 'signal'?",
  "echo.encryptedPrivate('a').here(() => {})": `Property 'here' does not exist on type 'Channel<TypesOf<"encrypted", "a">>'.`,
  "echo.private('App.Models.User.1').notification('App\\\\Notifications\\\\InvoicePaid', (one) => one.total)":
    "Property 'total' does not exist on type '{ amount: number; } & { id: string; type: string; }'.",
}

describe('the compiler says in one line', () => {
  let told: Complaint[]

  beforeAll(() => {
    const file = join(root, 'test/types/mistakes.ts')
    told = complaints(new Map([[file, [page, ...Object.keys(mistakes)].join('\n')]]), 'antiphon').get(file)!
  }, 120_000)

  it.each(Object.entries(mistakes))('%s', (mistake, message) => {
    expect(told.filter(({ line }) => line === mistake)).toEqual([{ line: mistake, message }])
  })

  it('and nothing else', () => {
    expect(told).toHaveLength(Object.keys(mistakes).length)
  })
})
