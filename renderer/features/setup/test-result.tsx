import { CircleAlert, CircleCheck, KeyRound, X } from 'lucide-react'
import type { ServerTest } from '../../../shared/domain/mcp-server.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatDuration, plural } from '../../words/figures.ts'

type TestResultProps = { result: ServerTest | null; problem: string | null; onClose?: () => void }

/** What a test has shown: whether it works, its tools, and what the program said. */
export function TestResult({ result, problem, onClose }: TestResultProps) {
  if (result === null && problem === null) return null
  const works = result?.works === true
  const Icon = works ? CircleCheck : result?.state === 'needs-auth' ? KeyRound : CircleAlert
  return (
    <div className="test-result" data-state={result?.state ?? 'failed'}>
      <div className="test-words" role={works ? 'status' : 'alert'}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
        <span dir="auto">
          <BoundedText text={problem ?? result?.message ?? ''} first={{ lines: 6, characters: 800 }} />
          {result !== null && <small className="figure"> {factsOf(result)}</small>}
        </span>
        {onClose && <IconButton label="Close test result" icon={X} size={14} onClick={onClose} />}
      </div>
      {result !== null && result.tools.length > 0 && <Tools result={result} />}
      {result !== null && result.output !== '' && (
        <details open={!works}>
          <summary>Output of the program</summary>
          <pre dir="auto">
            <BoundedText text={result.output} first={{ lines: 12, characters: 2_000 }} />
          </pre>
        </details>
      )}
    </div>
  )
}

function Tools({ result: { tools, toolsOmitted } }: { result: ServerTest }) {
  return (
    <details>
      <summary>{plural(tools.length + (toolsOmitted ?? 0), 'tool')}</summary>
      <ul>
        <SomeItems items={tools} first={30} name="tools">
          {({ name, description }, place) => (
            <li key={place} dir="auto">
              <code>
                <VisibleText text={name} />
              </code>{' '}
              <VisibleText text={description ?? ''} />
            </li>
          )}
        </SomeItems>
      </ul>
      {toolsOmitted !== undefined && <p>{toolsOmitted} more aren’t shown.</p>}
    </details>
  )
}

function factsOf({ server, milliseconds }: ServerTest): string {
  const name = server === null ? null : `${server.name} ${server.version}`.trim().slice(0, 100)
  return [name, formatDuration(milliseconds)].filter(Boolean).join(' · ')
}
