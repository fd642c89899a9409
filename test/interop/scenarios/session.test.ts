import type { AuthError, Echo } from 'antiphon'
import { expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()

it('after a logout somebody else logs in on the same page: the room sees one leave and the other come', async () => {
  const enter = async () => {
    await echo
      .join('chat.3')
      .here((users) => tell('here', users))
      .joining(({ name }) => tell('joining', name))
      .leaving(({ name }) => tell('leaving', name))
      .ready()
  }
  const [ada, ben] = [await gathering.connected('Ada'), await gathering.connected('Ben')]
  await ben.page.evaluate(enter)
  await ada.page.evaluate(enter)
  await ada.page.evaluate(async () => {
    const { axios } = window as any
    echo.private('App.Models.User.1').notification((notification: unknown) => tell('notification', notification))
    echo.disconnect()
    await axios.post('/logout')
    await axios.post('/login', { email: 'cleo@example.com', password: 'password' })
  })
  await eventually(() => ben.told('leaving')).toEqual(['Ada'])

  await ada.connect()
  await ada.page.evaluate(async () => {
    echo.join('chat.3').error(({ code }: AuthError) => tell('refused', `chat.3 ${code}`))
    echo.private('App.Models.User.1').error(({ code }: AuthError) => tell('refused', `Ada’s ${code}`))
    await echo.private('App.Models.User.3').ready()
    await echo
      .join('yes.1')
      .here(() => tell('in', echo.join('yes.1').presence.get().me?.id))
      .ready()
  })
  await eventually(() => ada.told('refused')).toHaveLength(2)
  expect(new Set(await ada.told('refused'))).toEqual(new Set(['Ada’s auth-refused', 'chat.3 auth-refused']))
  expect(await ada.told('in')).toEqual(['3'])
  expect(await ben.told('joining')).toEqual(['Ada'])
})

it('after a logout elsewhere what is joined stays joined; after a reconnection it is refused', async () => {
  const ada = await gathering.connected('Ada')
  await ada.page.evaluate(async () => {
    await echo
      .private('orders.1')
      .error(({ code, status }: AuthError) => tell('failed', { code, status }))
      .ready()
    await (window as any).axios.post('/logout')
    tell('status', echo.private('orders.1').status.get())
    echo.disconnect()
    echo.connect()
  })
  await eventually(() => ada.told('failed')).toEqual([{ code: 'auth-refused', status: 403 }])
  expect(await ada.told('status')).toEqual(['joined'])
})

it('says the socket’s id to Laravel only when there is one: text like `undefined` makes toOthers a 500', async () => {
  const ada = await gathering.user('Ada')
  const answers = await ada.page.evaluate(async (key) => {
    const { axios, Echo } = window as any
    const ship = (headers = {}) => axios.post('/orders/1/ship/others', {}, { headers, validateStatus: () => true })
    const early = new Echo({ broadcaster: 'reverb', key, wsHost: '127.0.0.1', wsPort: 9, forceTLS: false })
    const before = [String(early.socketId()), (await ship(early.socketHeaders())).status]
    early.disconnect()
    return [...before, (await ship({ 'X-Socket-ID': String(early.socketId()) })).status]
  }, gathering.target.server.key)
  expect(answers).toEqual(['undefined', 200, 500])
  const asked = await ada.asked('/orders/1/ship/others')
  expect(asked.map(({ headers }) => headers['x-socket-id'])).toEqual([undefined, 'undefined'])
})
