import { describe, expect, it } from 'vitest'
import { eventually, Stage } from './stage'

const stage = new Stage()
const refusal = 'private-secrets: status 403.'

/** What Chromium writes about the refusal, and about a stream that was cut. */
const allowLoss = () =>
  stage.allow(/^Failed to load resource: the server responded with a status of 403/, /ERR_INCOMPLETE_CHUNKED/)

/** Somebody at the example's page, connected. */
async function open() {
  const visitor = await stage.stranger()
  await visitor.page.goto(`${stage.url}/server-sent-events/`)
  await eventually(() => visitor.text('status')).toBe('connected')
  const notes = () => visitor.page.locator('#messages li').allInnerTexts()
  await eventually(notes).toEqual([refusal])
  const send = async (text: string) => {
    await visitor.page.getByLabel('Message', { exact: true }).fill(text)
    await Promise.all([visitor.page.waitForResponse('**/messages'), visitor.click('Send')])
  }
  return { visitor, notes, send }
}

describe('the connector over Server-Sent Events', () => {
  it('carries events to everybody else, and tells who is refused', async () => {
    allowLoss()
    const [ada, ben] = await Promise.all([open(), open()])
    await ada.send('Hello')
    await eventually(ben.notes).toEqual([refusal, 'Hello'])
    // What the sender said itself does not come back to it.
    await ben.send('Hi')
    await eventually(ada.notes).toEqual([refusal, 'Hello', 'Hi'])
    expect([...ada.visitor.contacted, ...ben.visitor.contacted].filter((url) => url.startsWith('ws'))).toEqual([])
  })

  it('comes back after the stream was cut, and says that something may be missed', async () => {
    allowLoss()
    const ada = await open()
    await ada.visitor.click('Cut every stream')
    await eventually(ada.notes).toContain('Something may have been missed.')
    expect(await ada.visitor.text('status')).toBe('connected')
    const ben = await open()
    await ben.send('Hello')
    await eventually(ada.notes).toContain('Hello')
  })

  it('carries nothing to who has left or disconnected, and brings back the others with connect()', async () => {
    allowLoss()
    const [ada, ben] = await Promise.all([open(), open()])
    const { page } = ada.visitor
    const heard = () => page.evaluate(() => (window as any).heard)
    await page.evaluate(async () => {
      const { Echo } = window as any
      const heard: string[] = []
      Object.assign(window, { heard })
      Echo.leave('messages')
      Echo.channel('messages').listen('MessageSent', ({ text }: { text: string }) => heard.push(text))
      await Echo.channel('messages').ready()
    })
    await ben.send('One')
    await eventually(heard).toEqual(['One'])
    expect(await ada.notes()).toEqual([refusal])

    await page.evaluate(() => (window as any).Echo.disconnect())
    expect(await ada.visitor.text('status')).toBe('disconnected')
    await ben.send('Unheard')
    await page.evaluate(async () => {
      const { Echo } = window as any
      Echo.connect()
      await Echo.channel('messages').ready()
    })
    await ben.send('Two')
    await eventually(heard).toEqual(['One', 'Two'])
  })

  it('has failed where no stream is', async () => {
    stage.allow(/^Failed to load resource: the server responded with a status of 404/)
    const ada = await stage.stranger()
    await ada.page.route('**/stream', (route) => route.fulfill({ status: 404, body: 'gone' }))
    await ada.page.goto(`${stage.url}/server-sent-events/`)
    await eventually(() => ada.text('status')).toBe('failed')
    const error = await ada.page.evaluate(() => (window as any).Echo.connection.get().error.message)
    expect(error).toBe('/server-sent-events/stream is no event stream.')
    const answer = await ada.page.evaluate(() => (window as any).Echo.channel('messages').ready().catch(String))
    expect(answer).toContain('is no event stream.')
  })
})
