import { useEffect, useState } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { plural } from '../../words/figures.ts'
import type { Mark } from '../../words/instance-words.ts'
import { HomeScreen } from './home-screen.tsx'
import '../../ui/page.css'
import './start.css'

const marks: Mark[] = ['idle', 'busy', 'held', 'frozen', 'parked']

/** What is shown before anything is chosen: a home, or, the first time, what this is. */
export function StartScreen() {
  const loaded = usePool((state) => state.loaded)
  const any = usePool((state) => state.instances.size > 0 || state.conversations.size > 0)
  if (!loaded) return <main className="page" />
  return any ? <HomeScreen /> : <FirstTime />
}

function FirstTime() {
  return (
    <main className="page">
      <div className="page-empty">
        <div className="start-marks" aria-hidden>
          {marks.map((mark) => (
            <StateMark key={mark} mark={mark} />
          ))}
        </div>
        <h1>All your Claude Code sessions in one place</h1>
        <p className="start-words">
          An instance is a Claude Code session tied to a folder. It stays warm between messages, asks before it changes anything, and every
          conversation is saved.
        </p>
        <Button variant="primary" onClick={() => ui.openDialog({ name: 'create-instance' })}>
          New instance
        </Button>
        <Found />
      </div>
    </main>
  )
}

/** What Claude Code did before Bullpen came, which is there already. */
function Found() {
  const told = usePool((state) => state.vault?.sessions ?? null)
  const [asked, setAsked] = useState<number | null>(null)
  useEffect(() => {
    client.vault.status().then(
      ({ sessions }) => setAsked(sessions),
      () => undefined,
    )
  }, [])
  const sessions = told ?? asked ?? 0
  if (sessions === 0) return null
  return (
    <p className="start-words">
      {plural(sessions, 'earlier Claude Code session')} found.{' '}
      <button type="button" className="link-button" onClick={() => ui.go({ name: 'library' })}>
        Browse them in the library
      </button>
    </p>
  )
}
