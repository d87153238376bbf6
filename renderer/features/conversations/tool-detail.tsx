import { ui } from '../../state/ui-store.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { Pictures } from './pictures.tsx'
import type { ToolView } from './thread-row.ts'
import { ToolBody } from './tools/tool-body.tsx'

const longestReason = 2_000
const firstOfRule = { lines: 3, characters: 400 }

/** What went into a call and what came out, in the form that suits the tool, and what the user said to it. */
export function ToolDetail({ call }: { call: ToolView }) {
  const reason = call.approval?.message
  return (
    <div className="tool-detail">
      <ToolBody call={call} />
      <Pictures images={call.images} />
      {call.rule && <ByRule rule={call.rule} />}
      {call.approval?.outcome === 'denied' && !call.rule && (
        <p className="tool-note">
          {deniedWords(call.name)}
          {reason ? `: ${clippedWords(reason, longestReason)}` : '.'}
        </p>
      )}
      {call.state === 'unknown' && <p className="tool-note">This may or may not have completed. Check before running it again.</p>}
    </div>
  )
}

/** Which rule decided, as it was then, and the way to it. */
function ByRule({ rule: { id, words, decision } }: { rule: NonNullable<ToolView['rule']> }) {
  return (
    <p className="tool-note">
      {decision === 'allow' ? 'Allowed by rule: ' : 'Denied by rule: '}
      <BoundedText text={words} first={firstOfRule} />{' '}
      <button type="button" className="tool-link" onClick={() => ui.go({ name: 'rules', id })}>
        Show rule
      </button>
    </p>
  )
}

function deniedWords(name: string): string {
  if (name === 'AskUserQuestion') return 'You declined to answer'
  return name === 'ExitPlanMode' ? 'You kept planning' : 'You denied this'
}
