/** What brings a cause about, and what is seen then, by the cause's title on the page. */
export type Causes = Record<string, () => Promise<void>>
