import { expect, it } from 'vitest'
import { version } from 'vue'
import { version as rendering } from 'vue/server-renderer'

// The projects differ in nothing but this.
const wanted = process.env.VUE ?? '3.5'

it(`runs on Vue ${wanted}`, () => {
  expect([version, rendering].map((each) => each.replace(/\.\d+$/, ''))).toEqual([wanted, wanted])
})
