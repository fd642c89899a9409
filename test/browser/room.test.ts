import { describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'

const stage = new Stage()

describe('the room', () => {
  it('shows who arrives and who leaves', async () => {
    const ada = await stage.visit('Ada')
    expect(await ada.members()).toEqual(['Ada'])
    const grace = await stage.visit('Grace')
    await eventually(() => ada.members()).toEqual(['Ada', 'Grace'])
    await eventually(() => grace.members()).toEqual(['Ada', 'Grace'])
    expect(await ada.text('count')).toBe('2 here')
    await grace.leave()
    await eventually(() => ada.members()).toEqual(['Ada'])
  })

  it('brings a message to everybody once, and never back to the connection that sent it', async () => {
    const ada = await stage.visit('Ada')
    const grace = await stage.visit('Grace')
    await ada.say('Hello, Grace')
    await eventually(() => grace.messages()).toContain('Hello, Grace')
    await grace.say('Hello, Ada')
    await eventually(() => ada.messages()).toContain('Hello, Ada')
    const count = (visitor: typeof ada, text: string) => visitor.received.filter((frame) => frame.includes(text)).length
    expect([count(ada, 'Hello, Grace'), count(grace, 'Hello, Grace')]).toEqual([0, 1])
    expect([count(ada, 'Hello, Ada'), count(grace, 'Hello, Ada')]).toEqual([1, 0])
    for (const visitor of [ada, grace]) {
      const messages = await visitor.messages()
      expect(messages.filter((text) => text.startsWith('Hello'))).toEqual(['Hello, Grace', 'Hello, Ada'])
    }
  })

  it('shows what was said before to who comes later, as text and never as markup', async () => {
    const ada = await stage.visit('<b>Ada</b>')
    await ada.say('<img src=x onerror=alert(1)>')
    const grace = await stage.visit('Grace')
    await eventually(() => grace.messages()).toContain('<img src=x onerror=alert(1)>')
    expect(await grace.members()).toEqual(['<b>Ada</b>', 'Grace'])
  })

  it('shows who is typing until the message is there', async () => {
    const ada = await stage.visit('Ada')
    const grace = await stage.visit('Grace')
    await ada.page.getByLabel('Message', { exact: true }).pressSequentially('So many keys')
    await eventually(() => grace.text('typing')).toBe('Ada is typing …')
    expect(await ada.text('typing')).toBe('')
    await ada.click('Send')
    await eventually(() => grace.text('typing')).toBe('')
    await eventually(() => grace.messages()).toContain('So many keys')
    const whispers = grace.received.filter((frame) => frame.includes('client-typing'))
    expect(whispers.length).toBeLessThanOrEqual(3)
  })

  it('tells somebody that another waves at them, and nobody else', async () => {
    const ada = await stage.visit('Ada')
    const grace = await stage.visit('Grace')
    await eventually(() => ada.members()).toEqual(['Ada', 'Grace'])
    await ada.click('Wave at Grace')
    await eventually(() => grace.text('toasts')).toBe('Ada waves at you.')
    expect(await ada.text('toasts')).toBe('')
  })

  it('knows a person again after a reload', async () => {
    const ada = await stage.visit('Ada')
    await ada.page.reload()
    await eventually(() => ada.members()).toEqual(['Ada'])
    await ada.click('Leave')
    await ada.page.getByLabel('Your name').waitFor()
  })
})
