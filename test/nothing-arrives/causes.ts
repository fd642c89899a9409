import { connecting } from './connecting'
import { hearing } from './hearing'
import { joining } from './joining'
import { others } from './others'

/** Every cause on the page by its title: what brings it about, and what is seen then. */
export const causes = new Map(Object.entries({ ...connecting, ...joining, ...hearing, ...others }))
