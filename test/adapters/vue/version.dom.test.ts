import * as incumbent from '@laravel/echo-vue'
import * as adapter from 'antiphon/vue'
import { expect, it } from 'vitest'
import { version } from 'vue'

// The projects differ in nothing but this.
const wanted = process.env.VUE ?? '3.5'

it(`runs on Vue ${wanted}`, () => {
  expect(version.split('.').slice(0, 2).join('.')).toBe(wanted)
})

it('has everything that the incumbent has', () => {
  expect(Object.keys(adapter)).toEqual(expect.arrayContaining(Object.keys(incumbent)))
})
