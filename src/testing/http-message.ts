/** A request to the HTTP API, whoever carries it. */
export interface HttpRequest {
  readonly method: string
  /** With its query, as it stands in the request line. */
  readonly path: string
  /** The raw body; empty if there is none. */
  readonly body: string
}

/** An answer of the HTTP API. No content type: no such header. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: string
}

/** An answer in JSON. */
export const json = (status: number, body: unknown): HttpAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
})

/** An answer in plain text. */
export const text = (status: number, body: string, contentType?: string): HttpAnswer => ({ status, contentType, body })
