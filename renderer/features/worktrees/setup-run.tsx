import { useState } from 'react'
import type { WorktreeSetup } from '../../../shared/domain/worktree.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { stripColours } from '../../tools/terminal-text.ts'
import { Button } from '../../ui/button.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

/** The set-up of a worktree: what it says while it runs, and what went wrong. */
export function SetupRun({ instanceId: id, setup }: { instanceId: string; setup: WorktreeSetup }) {
  const [all, setAll] = useState<string | null>(null)
  const isRunning = setup.state === 'running' || setup.state === 'waiting'
  const show = () => attempt(client.worktrees.setupOutput({ id }).then(({ output }) => setAll(output)))
  const again = () => {
    setAll(null)
    attempt(client.worktrees.setup({ id }))
  }
  const output = isRunning ? setup.tail : (all ?? setup.tail)
  return (
    <div className="worktree-setup" data-state={setup.state}>
      <div className="worktree-setup-head">
        <output>{words(setup)}</output>
        <code dir="auto">
          <VisibleText text={setup.command.slice(0, 300)} />
        </code>
        {isRunning ? (
          <Button small onClick={() => attempt(client.worktrees.stopSetup({ id }))}>
            Stop
          </Button>
        ) : (
          <>
            {all === null && (
              <Button small variant="quiet" onClick={show}>
                Show output
              </Button>
            )}
            {setup.state === 'failed' && setup.holds && (
              <Button small onClick={() => attempt(client.worktrees.skipSetup({ id }))}>
                Skip
              </Button>
            )}
            <Button small variant={setup.state === 'failed' ? 'primary' : 'quiet'} onClick={again}>
              {setup.state === 'failed' ? 'Try again' : 'Run again'}
            </Button>
          </>
        )}
      </div>
      {output !== '' && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <pre tabIndex={0} aria-label="Setup output" dir="auto">
          <VisibleText text={stripColours(output)} />
        </pre>
      )}
      {setup.state === 'failed' && setup.holds && <p className="field-hint">Messages wait until it succeeds or is skipped.</p>}
      {all === '' && <p className="field-hint">It printed nothing.</p>}
    </div>
  )
}

function words({ state, exitCode, ended }: WorktreeSetup): string {
  switch (state) {
    case 'waiting':
    case 'running':
      return 'Setup is running'
    case 'done':
      return 'Setup done'
    case 'failed':
      return ended === undefined ? `Setup failed (exit code ${exitCode ?? 'unknown'})` : `Setup didn’t finish. ${ended}`
  }
}
