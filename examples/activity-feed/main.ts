import { configureEcho } from 'antiphon/vue'
import { createApp } from 'vue'
import ActivityFeed from './activity-feed.vue'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

createApp(ActivityFeed).mount('#app')
