import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { connection } from './connection/connection.ts'
import { ScreenBoundary } from './shell/screen-boundary.tsx'
import { Shell } from './shell/shell.tsx'
import { startPoolFeed } from './state/pool-feed.ts'
import { toast } from './state/toasts.ts'

startPoolFeed(connection, ({ message, level, conversationId }) => toast(message, level, conversationId))

const root = document.getElementById('root')
if (!root) throw new Error('The page has no root.')
const page = createRoot(root)
// At once: a page that is there listens to keys.
flushSync(() =>
  page.render(
    <StrictMode>
      <ScreenBoundary>
        <Shell />
      </ScreenBoundary>
    </StrictMode>,
  ),
)
