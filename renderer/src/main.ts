import './zod-setup.ts'
import { createApp } from 'vue'
import App from './App.vue'
import { connection } from './connection/index.ts'
import { router } from './router.ts'
import { applyPreferences } from './stores/preferences.ts'
// Listen before the first event.
import './stores/data.ts'
import './stores/engine.ts'
import './stores/queue.ts'
import './stores/runs.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

applyPreferences()
connection.start()
createApp(App).use(router).mount('#app')
