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
          <h1>{any ? 'Choose an instance at the left' : 'Several Claudes, one place'}</h1>
          <p className="start-words">
            {any
              ? 'Or a conversation below them. Everything is as you left it.'
              : 'An instance is a Claude with a name and a folder of its own. It stays warm between your messages, asks before it changes anything, and nothing you say to it is lost.'}
          </p>
          <Button variant={any ? 'secondary' : 'primary'} onClick={() => ui.openDialog({ name: 'create-instance' })}>
            New instance
          </Button>
        </div>
      )}
    </main>
  )
}
