import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import type { Mark } from '../../words/instance-words.ts'
import '../../ui/page.css'
import './start.css'

const marks: Mark[] = ['idle', 'busy', 'held', 'frozen', 'parked']

/** What is shown before anything is chosen. */
export function StartScreen() {
  const loaded = usePool((state) => state.loaded)
  const any = usePool((state) => state.instances.size > 0)
  return (
    <main className="page">
      {loaded && (
        <div className="page-empty">
          <div className="start-marks" aria-hidden>
            {marks.map((mark) => (
              <StateMark key={mark} mark={mark} />
            ))}
          </div>
          <h1>{any ? 'Pick up where you left off' : 'All your Claude Code sessions in one place'}</h1>
          <p className="start-words">
            {any
              ? 'Choose an instance or a conversation on the left.'
              : 'An instance is a Claude Code session tied to a folder. It stays warm between messages, asks before it changes anything, and every conversation is saved.'}
          </p>
          <Button variant={any ? 'secondary' : 'primary'} onClick={() => ui.openDialog({ name: 'create-instance' })}>
            New instance
          </Button>
        </div>
      )}
    </main>
  )
}
