import { Echo } from './echo'

// As the other script tag's, but that the build leaves the cipher in: encrypted channels work, and nothing is loaded later.
Object.assign(globalThis, { Echo })
