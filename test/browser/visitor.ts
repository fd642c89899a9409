import type { Browser, Page } from 'playwright-core'

/** Somebody at a page: what they see, and everything that the page said, asked for and received. */
export class Visitor {
  readonly page: Page
  /** Lines of the console, and errors that nobody caught. */
  readonly said: string[] = []
  /** The addresses of requests and WebSockets. */
  readonly contacted: string[] = []
  /** The frames of WebSockets. */
  readonly received: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('console', (message) => this.said.push(message.text()))
    page.on('pageerror', (error) => this.said.push(String(error)))
    page.on('request', (request) => this.contacted.push(request.url()))
    page.on('websocket', (socket) => {
      this.contacted.push(socket.url())
      socket.on('framereceived', ({ payload }) => this.received.push(String(payload)))
    })
  }

  /** Somebody with a browser profile of their own, who looks at nothing yet. */
  static async arrive(browser: Browser): Promise<Visitor> {
    const context = await browser.newContext()
    context.setDefaultTimeout(10_000)
    return new Visitor(await context.newPage())
  }

  /** Chooses a name in the demo and waits until the room has let them in. */
  async join(url: string, name: string): Promise<void> {
    await this.page.addInitScript(recordBadge)
    await this.page.goto(url)
    await this.page.getByLabel('Your name').fill(name)
    await this.click('Join')
    await this.page.getByRole('list', { name: 'Who is here' }).getByText(name, { exact: true }).waitFor()
  }

  /** The names in the room, in alphabetical order. */
  async members(): Promise<string[]> {
    return (await this.page.locator('#members li > :nth-child(2)').allInnerTexts()).sort()
  }

  /** What was said in the room, without author and time; the page's own notes too. */
  messages(): Promise<string[]> {
    return this.page.locator('#messages p').allInnerTexts()
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text)
    await this.click('Send')
  }

  /** The text of an element by its id. */
  text(id: string): Promise<string> {
    return this.page.locator(`#${id}`).innerText()
  }

  click(button: string): Promise<void> {
    return this.page.getByRole('button', { name: button, exact: true }).click()
  }

  /** Everything the connection badge has said, in order; each once in a row. */
  badge(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { badge: string[] }).badge)
  }

  async leave(): Promise<void> {
    await this.page.context().close()
  }
}

/** Runs in the page, before its own scripts. */
function recordBadge(): void {
  const badge: string[] = []
  Object.assign(window, { badge })
  new MutationObserver(() => {
    const said = document.getElementById('badge')?.innerText.replaceAll('\n', ' ').trim()
    if (said && said !== badge.at(-1)) badge.push(said)
  }).observe(document, { subtree: true, childList: true, characterData: true })
}
