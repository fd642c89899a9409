import { configureEcho } from 'antiphon/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Typing } from './typing'

// In a Laravel application with Vite this is `configureEcho({ broadcaster: 'reverb' })`.
configureEcho(window.reverb)

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <Typing />
  </StrictMode>,
)
