import type { Echo } from 'antiphon'
import { describe, expect, it } from 'vitest'
import { eventually, Gathering } from '../support/gathering'

declare const echo: Echo<'reverb'>
declare const tell: (what: string, value?: unknown) => void

const gathering = new Gathering()

describe('a page that a real Laravel serves', () => {
  it('hears on a private channel what Laravel broadcasts', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(async () => {
      await echo
        .private('orders.1')
        .listen('OrderShipped', (event: unknown) => tell('shipped', event))
        .ready()
    })
    await ada.post('/orders/1/ship')
    await eventually(() => ada.told('shipped')).toEqual([{ order: 1 }])
  })

  it('sees on a presence channel who is there, comes and goes, and what they say', async () => {
    const enter = async () => {
      await echo
        .join('chat.1')
        .here((users) => tell('here', users))
        .joining((user) => tell('joining', user))
        .leaving((user) => tell('leaving', user))
        .listen('MessageSent', (event: unknown) => tell('message', event))
        .ready()
    }
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(enter)
    const ben = await gathering.connected('Ben')
    await ben.page.evaluate(enter)
    const [adaIs, benIs] = [
      { id: 1, name: 'Ada' },
      { id: 2, name: 'Ben' },
    ]
    await eventually(() => ada.told('joining')).toEqual([benIs])
    await eventually(() => ben.told('here')).toEqual([[adaIs, benIs]])
    await ben.post('/chat/1', { text: 'Grüße & <b>' })
    await eventually(() => ada.told('message')).toEqual([{ author: 'Ben', text: 'Grüße & <b>' }])
    await ben.page.evaluate(() => echo.leave('chat.1'))
    await eventually(() => ada.told('leaving')).toEqual([benIs])
    expect(await ada.told('here')).toEqual([[adaIs]])
    expect(await ben.told('message')).toEqual([])
  })

  it('gives `true` to here() where the callback of a presence channel has returned it', async () => {
    const ada = await gathering.connected('Ada')
    await ada.page.evaluate(() => void echo.join('yes.1').here((users) => tell('here', users)))
    await eventually(() => ada.told('here')).toEqual([[true]])
  })

  it('reads on an encrypted channel what the server in between cannot', async () => {
    const ada = await gathering.connected('Ada', {}, { module: true })
    await ada.page.evaluate(async () => {
      await echo
        .encryptedPrivate('secrets.1')
        .listen('SecretTold', (event: unknown) => tell('secret', event))
        .ready()
    })
    await ada.post('/secrets/1', { text: 'the cat knows' })
    await eventually(() => ada.told('secret')).toEqual([{ text: 'the cat knows' }])
    const frame = ada.frames.find((one) => one.includes('SecretTold'))
    expect(frame).toContain('ciphertext')
    expect(ada.frames.join()).not.toContain('the cat knows')
  })

  it('whispers to others in the room, and not to itself', async () => {
    const enter = async () => {
      await echo
        .join('chat.2')
        .listenForWhisper('typing', (data: unknown, meta: unknown) => tell('typing', { data, meta }))
        .ready()
    }
    const [ada, ben] = [await gathering.connected('Ada'), await gathering.connected('Ben')]
    await ada.page.evaluate(enter)
    await ben.page.evaluate(enter)
    await ben.page.evaluate(() => void echo.join('chat.2').whisper('typing', { name: 'Ben' }))
    await eventually(() => ada.told('typing')).toMatchObject([{ data: { name: 'Ben' }, meta: { userId: '2' } }])
    await ada.page.evaluate(() => void echo.join('chat.2').whisper('typing', { name: 'Ada' }))
    await eventually(() => ben.told('typing')).toMatchObject([{ data: { name: 'Ada' } }])
    expect(await ada.told('typing')).toHaveLength(1)
  })
})
