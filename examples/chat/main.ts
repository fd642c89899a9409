import { configureEcho } from 'antiphon/vue'
import { createApp } from 'vue'
import Chat from './chat.vue'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

createApp(Chat).mount('#app')
