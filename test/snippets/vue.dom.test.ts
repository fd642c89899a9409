import { compileFunction } from 'node:vm'
import * as testUtils from '@vue/test-utils'
import * as antiphon from 'antiphon'
import * as testing from 'antiphon/testing'
import * as adapter from 'antiphon/vue'
import ts from 'typescript'
import * as vitest from 'vitest'
import * as vue from 'vue'
import { advance, fakeTime } from '../support/clock'
import { connected, type Rig } from '../support/rig'
import { RawClient } from '../testing/raw-client'
import { snippets } from './markdown'

const { describe, expect, it } = vitest
const { mount } = testUtils

fakeTime()

const modules: Record<string, object> = {
  '@vue/test-utils': testUtils,
  antiphon,
  'antiphon/testing': testing,
  'antiphon/vue': adapter,
  vitest,
  vue,
}

/** Runs the snippet that has this word as it stands; returns the component that it is, if it is one. */
function component(word: string): vue.Component {
  const page = snippets().filter(({ where }) => where.startsWith('docs/frameworks/vue.md'))
  const code = page.find((snippet) => snippet.code.includes(word))?.code ?? ''
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const exports: { default?: vue.Component } = {}
  compileFunction(outputText, ['require', 'exports'])((name: string) => modules[name], exports)
  return exports.default ?? {}
}

/** Mounts it in an app that has this rig's Echo. */
function show(word: string, rig: Rig, props: object): testUtils.VueWrapper<any> {
  return mount(component(word), { props, global: { plugins: [[adapter.echoPlugin, rig.echo]] as never } })
}

it('shows an order’s status, and that of the next order', async () => {
  const rig = await connected()
  const page = show('is on its way', rig, { order: 1 })
  expect(page.text()).toBe('Order 1 is being packed (joining).')
  await advance(50)
  expect(page.text()).toBe('Order 1 is being packed (joined).')
  rig.server.publish('private-orders.1', 'App\\Events\\OrderShipped', { carrier: 'Pigeon' })
  await advance(10)
  expect(page.text()).toBe('Order 1 is on its way with Pigeon.')
  rig.auth.next({ status: 403 })
  await page.setProps({ order: 2 })
  await advance(50)
  expect(page.text()).toBe('private-orders.2 was not authorized: status 403.')
  page.unmount()
})

it('shows who is in a room, what they say, and who is typing', async () => {
  const rig = await connected()
  const user = { user_id: '7', user_info: { name: 'Bea' } }
  const bea = new RawClient(rig.server).subscribe('presence-chat.1', user)
  const page = show('is typing', rig, { room: 1 })
  await advance(50)
  expect(page.findAll('li').map((each) => each.text())).toEqual(['Bea', 'Ada'])
  await page.find('input').trigger('input')
  await advance(10)
  expect(bea.heard().filter(({ event }) => event === 'client-typing')).toMatchObject([{ data: { name: 'Ada' } }])
  bea.whisper('presence-chat.1', { name: 'Bea' })
  rig.server.publish('presence-chat.1', 'App\\Events\\MessageSent', { id: 1, text: 'Hello' })
  await advance(10)
  expect(page.text()).toContain('Bea is typing')
  expect(page.text()).toContain('Hello')
  bea.leave()
  await advance(50)
  expect(page.text()).toContain('Bea went.')
  page.unmount()
})

describe('the test that the docs show', () => {
  component('shows the news')
})
