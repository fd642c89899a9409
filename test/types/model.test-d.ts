import type { Echo, ModelEventName, ModelPayload } from 'antiphon'
import { describe, expectTypeOf, it } from 'vitest'
import type { Invoice } from './register.test-d'

declare const echo: Echo

describe('a registered model', () => {
  it('has its events, by the last segment of its name', () => {
    const channel = echo.private('App.Models.Invoice.7')
    channel.listen('.InvoiceUpdated', (event) => {
      expectTypeOf(event).toEqualTypeOf<ModelPayload<Invoice>>()
      expectTypeOf(event.model.total).toEqualTypeOf<string>()
      expectTypeOf(event.afterCommit).toEqualTypeOf<boolean>()
    })
    channel.listen('.InvoiceTrashed', ({ model }) => expectTypeOf(model).toEqualTypeOf<Invoice>())
    channel.stopListening('.InvoiceUpdated')
    // @ts-expect-error: there is no such event
    channel.listen('.InvoiceChanged', () => {})
    // @ts-expect-error: without the dot it would be an event class
    channel.listen('InvoiceUpdated', () => {})
    // @ts-expect-error: there is no such field
    channel.listen('.InvoiceUpdated', ({ model }) => model.name)
  })

  it('is found in a template, too', () => {
    const id: number = 7
    echo.private(`App.Models.Invoice.${id}`).listen('.InvoiceDeleted', ({ model }) => model.id.toFixed())
  })
})

describe('the names of events', () => {
  it('are those of useEchoModel, with the dot', () => {
    expectTypeOf<'.PostCreated'>().toExtend<ModelEventName<'App.Models.Post'>>()
    expectTypeOf<'.PostForceDeleted'>().toExtend<ModelEventName<'Post'>>()
    expectTypeOf<'.CommentCreated'>().not.toExtend<ModelEventName<'App.Models.Post'>>()
  })
})
