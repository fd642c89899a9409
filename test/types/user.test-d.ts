import type { Echo, User, UserTypes } from 'antiphon'
import { describe, expectTypeOf, it } from 'vitest'

declare module 'antiphon' {
  interface Register {
    user: { info: { name: string }; events: { Invited: { to: string } } }
  }
}

declare const echo: Echo

describe('the user', () => {
  it('is what signin() resolves with, and known as registered', () => {
    expectTypeOf(echo.signin()).resolves.toEqualTypeOf<User>()
    expectTypeOf<User['id']>().toEqualTypeOf<string>()
    expectTypeOf<User['info']>().toEqualTypeOf<{ name: string }>()
    expectTypeOf<UserTypes['member']>().toEqualTypeOf<{ name: string }>()
    expectTypeOf<ReturnType<User['watchlist']['get']>>().toEqualTypeOf<readonly string[]>()
  })

  it('hears what is registered, and nothing else', async () => {
    const user = await echo.signin()
    user
      .listen('Invited', (event, meta) => {
        expectTypeOf(event).toEqualTypeOf<{ to: string }>()
        expectTypeOf(meta.event).toEqualTypeOf<string>()
      })
      .stopListening('Invited')
    user.channel.on('any.name', () => {}).error(({ code }) => code)
    // @ts-expect-error: the event is not registered
    user.listen('Invitd', () => {})
    // @ts-expect-error: there is no such field
    user.listen('Invited', (event) => event.from)
    // @ts-expect-error: nobody whispers to a user
    user.channel.whisper('typing', {})
    // @ts-expect-error: it is read only
    user.id = '2'
  })
})

describe('every channel', () => {
  it('has a count that may be missing, and a place for a cache miss', () => {
    expectTypeOf(echo.channel('cache-x').count).toEqualTypeOf<number | undefined>()
    echo.private('cache-x').cacheMiss(() => {}, { once: true })
    // @ts-expect-error: it is read only
    echo.channel('cache-x').count = 1
  })
})
