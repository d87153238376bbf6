import { SquareTerminal } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ShellRun } from '../../../shared/domain/shell-run.ts'
import { client } from '../../connection/connection.ts'
import { loadShellRuns, useShellRuns } from '../../state/shell-store.ts'
import { stripColours } from '../../tools/terminal-text.ts'
import { useNow } from '../../ui/use-now.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { formatClock } from '../../words/figures.ts'
import './attachments.css'

const none: readonly ShellRun[] = []
const shownLines = 6

/** The commands of the user's that run in a conversation, each with the end of what it says and Stop. */
export function RunningCommands({ conversationId }: { conversationId: string }) {
  const runs = useShellRuns((state) => state.runs.get(conversationId) ?? none)
  useEffect(() => loadShellRuns(conversationId), [conversationId])
  if (runs.length === 0) return null
  return (
    <ul className="running-commands" aria-label="Running commands">
      {runs.map((run) => (
        <RunningCommand key={run.id} run={run} />
      ))}
    </ul>
  )
}

function RunningCommand({ run }: { run: ShellRun }) {
  const now = useNow(true)
  const [problem, setProblem] = useState<string | null>(null)
  const stop = () => {
    client.shell.stop({ id: run.conversationId, shellId: run.id }).catch((thrown: unknown) => setProblem(errorWords(thrown)))
  }
  const tail = stripColours(run.tail).trimEnd().split('\n').slice(-shownLines).join('\n').slice(-1_000)
  return (
    <li className="running-command">
      <div className="shell-command">
        <SquareTerminal size={14} strokeWidth={1.75} aria-hidden />
        <code className="running-line" dir="ltr">
          <VisibleText text={run.command.slice(0, 200)} />
        </code>
        <span className="attachment-size">{formatClock(Math.max(0, now - Date.parse(run.startedAt)))}</span>
        <button type="button" className="small-button" onClick={stop}>
          Stop
        </button>
      </div>
      {tail !== '' && (
        <pre className="running-tail" dir="ltr">
          <VisibleText text={tail} />
        </pre>
      )}
      {problem !== null && (
        <p role="alert" className="composer-problem">
          {problem}
        </p>
      )}
    </li>
  )
}
