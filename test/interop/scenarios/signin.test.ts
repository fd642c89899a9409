import type { Echo } from 'antiphon'
import { describe, expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'
import { apiOf } from '../support/reach'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()
const { server, users } = gathering.target

const userAuth = '/broadcasting/user-auth'

const signIn = async () => {
  try {
    const user = await echo.signin()
    user.listen('.invited', (event: unknown) => tell('invited', event))
    tell('user', { id: user.id, info: user.info })
  } catch (error) {
    const { code, status } = error as { code: string; status?: number }
    tell('refused', { code, status })
  }
}

describe.skipIf(!users)(`signin() on a server that knows users${users ? '' : ': this one does not'}`, () => {
  it('is accepted by what Laravel says of the user, which is JSON labelled as HTML', async () => {
    const ada = await gathering.user('Ada')
    await ada.connect({}, { server: users! })
    await ada.page.evaluate(signIn)
    await eventually(() => ada.told('user')).toEqual([{ id: '1', info: { name: 'Ada' } }])
    const [asked, ...more] = await ada.asked(userAuth)
    expect(asked).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' })
    expect(asked?.headers.accept).toBe('application/json')
    expect(more).toEqual([])
  })

  it('lets the application send to one user', async () => {
    const [ada, ben] = [await gathering.user('Ada'), await gathering.user('Ben')]
    for (const member of [ada, ben]) {
      await member.connect({}, { server: users! })
      await member.page.evaluate(signIn)
      await eventually(() => member.told('user')).toHaveLength(1)
    }
    const api = apiOf(users!)
    await api.sendToUser('1', 'invited', { to: 'tea' })
    await api.sendToUser('2', 'invited', { to: 'coffee' })
    await eventually(() => ada.told('invited')).toEqual([{ to: 'tea' }])
    await eventually(() => ben.told('invited')).toEqual([{ to: 'coffee' }])
  })

  it('is refused to a guest with 403', async () => {
    const guest = await gathering.guest()
    await guest.connect({}, { server: users! })
    await guest.page.evaluate(signIn)
    await eventually(() => guest.told('refused')).toEqual([{ code: 'auth-refused', status: 403 }])
  })
})

describe.skipIf(server.like !== 'reverb')('signin() on Reverb', () => {
  it('fails, as Reverb knows no users', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(signIn)
    await eventually(() => ada.told('refused')).toMatchObject([{ code: 'not-supported' }])
    expect(await ada.told('user')).toEqual([])
  })
})
