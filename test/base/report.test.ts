import { afterEach, expect, it, vi } from 'vitest'
import { createReport } from '../../src/base/report'
import { createTrace } from '../../src/base/trace'

afterEach(() => vi.unstubAllGlobals())

it('hands errors to the application', () => {
  const onError = vi.fn()
  createReport(onError)('error')
  expect(onError.mock.calls).toEqual([['error']])
})

it('reports as the platform does when nobody listens, or when the listener throws itself', () => {
  const reportError = vi.fn()
  vi.stubGlobal('reportError', reportError)
  createReport()('first')
  createReport(() => {
    throw 'second'
  })('lost')
  expect(reportError.mock.calls).toEqual([['first'], ['second']])
})

it('throws where no listener can hear it on a platform without reportError', () => {
  vi.useFakeTimers()
  vi.stubGlobal('reportError', undefined)
  createReport()(new Error('nobody listens'))
  expect(() => vi.runAllTimers()).toThrow('nobody listens')
  vi.useRealTimers()
})

it('traces nothing when nobody listens', () => {
  expect(createTrace(undefined, () => {})).toBeUndefined()
})

it('stamps a trace entry, and reports a listener that throws', () => {
  const report = vi.fn()
  const entries: unknown[] = []
  const trace = createTrace((entry) => entries.push(entry), report)
  trace?.('channel', 'joined', 'news')
  expect(entries).toEqual([{ at: expect.any(Number), about: 'channel', message: 'joined', channel: 'news' }])
  createTrace(() => {
    throw 'no'
  }, report)?.('frame', 'dropped')
  expect(report.mock.calls).toEqual([['no']])
})
