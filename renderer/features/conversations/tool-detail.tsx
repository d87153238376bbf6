import { clippedWords } from '../../words/clip-text.ts'
import { Pictures } from './pictures.tsx'
import type { ToolView } from './thread-row.ts'
import { ToolBody } from './tools/tool-body.tsx'

const longestReason = 2_000

/** What went into a call and what came out, in the form that suits the tool, and what the user said to it. */
export function ToolDetail({ call }: { call: ToolView }) {
  const reason = call.approval?.message
  return (
    <div className="tool-detail">
      <ToolBody call={call} />
      <Pictures images={call.images} />
      {call.approval?.outcome === 'denied' && (
        <p className="tool-note">
          {deniedWords(call.name)}
          {reason ? `: ${clippedWords(reason, longestReason)}` : '.'}
        </p>
      )}
      {call.state === 'unknown' && <p className="tool-note">This may or may not have completed. Check before running it again.</p>}
    </div>
  )
}

function deniedWords(name: string): string {
  if (name === 'AskUserQuestion') return 'You declined to answer'
  return name === 'ExitPlanMode' ? 'You kept planning' : 'You denied this'
}
