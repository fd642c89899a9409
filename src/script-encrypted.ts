import { Echo } from './echo'

// As the other script tag's, but that the build leaves the cipher and JSONP in; nothing is loaded later.
Object.assign(globalThis, { Echo })
