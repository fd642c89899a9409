import { configureEcho } from 'antiphon/vue'
import { createApp } from 'vue'
import Typing from './typing.vue'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

createApp(Typing).mount('#app')
