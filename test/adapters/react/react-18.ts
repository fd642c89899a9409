import Module from 'node:module'

type Resolve = (request: string, ...rest: unknown[]) => string

// What packages require of each other no bundler sees: `react-dom` 18 and the testing library ask Node for `react`.
const node = Module as unknown as { _resolveFilename: Resolve }
const resolve = node._resolveFilename
node._resolveFilename = (request, ...rest) => resolve(request.replace(/^(react(?:-dom)?)(?=\/|$)/, '$1-18'), ...rest)
