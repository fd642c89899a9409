import { configureEcho } from 'antiphon/svelte'
import { mount } from 'svelte'
import Typing from './typing.svelte'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

mount(Typing, { target: document.getElementById('app')! })
