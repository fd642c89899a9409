/**
 * What is measured, and the goal: at most so many `times` the floor, and shown so; or at `most` so much in the row's unit. A goal
 * that was set for one host carries its name.
 */
export const rows = [
  { key: 'size.import', title: "`import { Echo }`, `broadcaster: 'reverb'`, gzip -9", unit: 'B', goal: { most: 7200 } },
  { key: 'size.script', title: '`echo.global.js`, gzip -9', unit: 'B', goal: { most: 7500 } },
  ...['react', 'vue', 'svelte'].map((name) => ({
    key: `size.${name}`,
    title: `\`configureEcho\`, \`useEcho\` of \`antiphon/${name}\` on top of Echo`,
    unit: 'B',
    goal: { most: 1200 },
  })),
  { key: 'dispatch.one', title: 'frame of 200 B → one listener', unit: 'ns', goal: { times: 1.05 } },
  { key: 'dispatch.channels', title: 'the same among 1,000 channels', unit: 'ns', goal: { times: 1.1 } },
  { key: 'dispatch.listeners', title: 'the same to 100 listeners', unit: 'ns', goal: { times: 1.5 } },
  { key: 'dispatch.large', title: 'frame of 4 KB → one listener', unit: 'ns', goal: { times: 1.03 } },
  { key: 'dispatch.unheard', title: 'event nobody listens to', unit: 'ns', goal: { times: 1.2 } },
  { key: 'subscribe.100', title: '100 private channels live, batch', unit: 'ms', chromium: { most: 50 } },
  { key: 'own.batch', title: "the application's own GET meanwhile", unit: 'ms', chromium: { most: 25 } },
  { key: 'subscribe.single', title: '100 private channels live, no batch', unit: 'ms', chromium: { most: 430 } },
  { key: 'own.single', title: "the application's own GET meanwhile", unit: 'ms', chromium: { most: 25 } },
  { key: 'subscribe.1000', title: '1,000 private channels live, batch', unit: 'ms', chromium: { most: 170 } },
  {
    key: 'memory',
    title: 'heap per idle channel with a listener',
    unit: 'B',
    node: { most: 798 },
    chromium: { most: 397 },
  },
  { key: 'presence.join', title: 'presence of 10,000: join', unit: 'ms', goal: { times: 14 / 13 } },
  { key: 'presence.arrival', title: 'presence of 10,000: one arrival', unit: 'µs', goal: { times: 3 / 2.1 } },
]
