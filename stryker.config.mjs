/** `npm run mutate`: changes the sources, one thing at a time, and looks whether a test goes red. */
export default {
  mutate: ['src/wire/**/*.ts', 'src/auth/**/*.ts', 'src/channels/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutate/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 90, low: 85, break: 85 },
  ignorePatterns: ['dist', 'docs', 'examples', 'test/browser', 'test/compat', 'test/bench', 'test/package'],
  tempDirName: '.stryker',
  allowEmpty: false,
}
