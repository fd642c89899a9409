import { Echo } from './echo'

// A script tag's `Echo` is the class itself, so that `new Echo({…})` works as in a module.
Object.assign(globalThis, { Echo })
