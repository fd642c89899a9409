import { EchoError } from 'antiphon'
import * as server from 'antiphon/server'

export type Server = typeof server
export const code = (error: unknown) => (error instanceof EchoError ? error.code : undefined)
