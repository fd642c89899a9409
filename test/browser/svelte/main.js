import { configureEcho } from 'antiphon/svelte'
import { mount } from 'svelte'
import App from './App.svelte'

configureEcho({ broadcaster: 'reverb' })
mount(App, { target: document.body })
