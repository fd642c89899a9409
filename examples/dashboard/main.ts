import { configureEcho } from 'antiphon/svelte'
import { mount } from 'svelte'
import Dashboard from './dashboard.svelte'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

mount(Dashboard, { target: document.getElementById('app')! })
