import { describe, expect, it } from 'vitest'
import { authorizer, endpoint } from './endpoint'

const grant = { auth: 'key:signature', user_data: '{"id":"1"}' }
const granting = () => endpoint(() => Response.json(grant))

describe('the request for a user', () => {
  it('names the socket alone, at an endpoint of its own', async () => {
    const { fetch, calls } = granting()
    expect(await authorizer({ fetch }, true).ask('')).toEqual(grant)
    expect(calls).toMatchObject([{ url: '/broadcasting/user-auth', init: { method: 'POST' } }])
    expect(calls[0]?.fields).toEqual({ socket_id: '1.1' })
  })

  it('has the headers and parameters of channels, and those of userAuthentication on top', async () => {
    const { fetch, calls } = granting()
    const options = {
      bearerToken: 'token',
      auth: { headers: { 'X-A': '1', 'X-B': '1', 'X-C': '1' }, params: { a: 1, b: 1, c: 1 } },
      userAuthentication: {
        endpoint: '/own',
        headers: { 'X-B': '2', 'X-C': '2' },
        headersProvider: async () => ({ 'X-C': '3' }),
        params: { b: 2, c: 2 },
        paramsProvider: () => ({ c: 3 }),
      },
    }
    await authorizer({ fetch, ...options }, true).ask('')
    expect(Object.fromEntries(calls[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Bearer token',
      'x-a': '1',
      'x-b': '2',
      'x-c': '3',
    })
    expect(calls[0]).toMatchObject({ url: '/own', fields: { socket_id: '1.1', a: '1', b: '2', c: '3' } })
  })

  it('is made by its own customHandler, not by what asks for channels', async () => {
    const asked: unknown[] = []
    const options = {
      authorize: () => Promise.reject(new Error('for channels')),
      userAuthentication: {
        customHandler(request: object, callback: (error: null, grant: unknown) => void) {
          asked.push(request)
          callback(null, grant)
        },
      },
    }
    expect(await authorizer(options, true).ask('')).toEqual(grant)
    expect(asked).toEqual([{ socketId: '1.1' }])
  })
})

describe('the answer for a user', () => {
  it.each([
    undefined,
    null,
    { id: '1' },
    '',
    'no JSON',
    'null',
    '"1"',
    '{}',
    '{"id":""}',
    '{"id":null}',
    '{"id":{"is":"1"}}',
  ])('must not have the user_data %j', async (user_data) => {
    const { fetch, calls } = endpoint(() => Response.json({ auth: 'key:signature', user_data }))
    const error = await authorizer({ fetch }, true).refusal('')
    expect(error).toMatchObject({ code: 'auth-invalid', status: 200, retryable: false })
    expect(error.message).toBe('The user was not authorized: the answer has no user_data with an id.')
    expect(calls).toHaveLength(1)
  })

  it('may have a number for an id', async () => {
    const numbered = { auth: 'key:signature', user_data: '{"id":0}' }
    const { fetch } = endpoint(() => Response.json(numbered))
    expect(await authorizer({ fetch }, true).ask('')).toEqual(numbered)
  })
})
