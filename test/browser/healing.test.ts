import { describe, expect, it } from 'vitest'
import { eventually, Stage, unavoidable } from './stage'

const stage = new Stage()
const gap = /^You may have missed events between .* and .*\.$/

describe('a page whose connection is lost', () => {
  it('comes back with the others after a restart of the server, and they can talk', async () => {
    stage.allow(unavoidable.serverDown)
    const [ada, grace] = await stage.pair()
    await ada.click('Restart the server')
    for (const visitor of [ada, grace]) {
      await eventually(() => visitor.text('status')).toBe('Reconnecting')
      expect(await visitor.members()).toEqual(['Ada', 'Grace'])
    }
    for (const visitor of [ada, grace]) {
      await eventually(() => visitor.text('status')).toBe('Connected')
      expect(await visitor.badge()).toContainEqual(expect.stringMatching(/^Reconnecting in \d+ s$/))
      await eventually(() => visitor.messages()).toContainEqual(expect.stringMatching(gap))
      await eventually(() => visitor.members()).toEqual(['Ada', 'Grace'])
    }
    await ada.say('Still there?')
    await eventually(() => grace.messages()).toContain('Still there?')
    await grace.say('Still here')
    await eventually(() => ada.messages()).toContain('Still here')
  })

  it('heals when only its own connection is cut', async () => {
    const [ada, grace] = await stage.pair()
    await ada.click('Cut my connection')
    await eventually(() => ada.messages()).toContainEqual(expect.stringMatching(gap))
    expect(await ada.badge()).toEqual(
      expect.arrayContaining(['Connecting', 'Connected', expect.stringMatching(/^Reconnecting/)]),
    )
    expect(await ada.text('status')).toBe('Connected')
    for (const visitor of [ada, grace]) await eventually(() => visitor.members()).toEqual(['Ada', 'Grace'])
    expect(await grace.badge()).toEqual(['Connecting', 'Connected'])
  })

  it('loads what it missed while it was offline, in the order in which it was said', async () => {
    const [ada, grace] = await stage.pair()
    await ada.say('one')
    await ada.click('Go offline')
    await eventually(() => ada.text('status')).toBe('Offline')
    await eventually(() => grace.members()).toEqual(['Grace'])
    await grace.say('two')
    await eventually(() => grace.messages()).toContain('two')
    expect(await ada.messages()).not.toContain('two')
    await ada.say('three')
    await eventually(() => grace.messages()).toContain('three')
    await ada.click('Go online')
    await eventually(() => ada.messages()).toContain('two')
    await eventually(() => ada.text('status')).toBe('Connected')
    const said = (await ada.messages()).filter((text) => ['one', 'two', 'three'].includes(text))
    expect(said).toEqual(['one', 'two', 'three'])
    await eventually(() => grace.members()).toEqual(['Ada', 'Grace'])
  })
})
