import { createHash, createHmac } from 'node:crypto'

/** HMAC-SHA256 of a text's UTF-8 bytes, in lower-case hex. */
export const hmacSha256 = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex')

/** MD5 of a text's UTF-8 bytes, in lower-case hex: what the HTTP API calls `body_md5`. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
