import { Markdown } from '../../../markdown/markdown.tsx'
import { FoundLinks } from '../../../tools/found-links.tsx'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { searchOf } from '../../../tools/result-data.ts'
import { textOf } from '../../../tools/tool-summary.ts'
import { formatBytes } from '../../../words/figures.ts'
import { OutputBox } from '../output-box.tsx'
import type { ToolView } from '../thread-row.ts'
import { ResultBody } from './result-body.tsx'

/** What a search of the web has found, as links. */
export function SearchBody({ call }: { call: ToolView }) {
  const { query: _, ...limits } = call.input
  const found = call.state === 'failed' ? null : searchOf(call.data, call.output)
  return (
    <>
      {Object.keys(limits).length > 0 && <FieldsView value={limits} label="Search limits" />}
      {found === null ? (
        <SearchText call={call} />
      ) : (
        <>
          <FoundLinks links={found.links} label="Results" />
          {found.said !== '' && <Markdown text={found.said} />}
        </>
      )}
    </>
  )
}

/** A search at the model's side lists its pages line by line. */
function SearchText({ call }: { call: ToolView }) {
  if (call.name !== 'web_search' || call.state !== 'done' || call.output === null) return <ResultBody call={call} />
  return (
    <div className="tool-note">
      <Markdown text={call.output} />
    </div>
  )
}

/** A page that was fetched: what was asked about it, how it answered, and what was read there. */
export function FetchBody({ call }: { call: ToolView }) {
  const prompt = textOf(call.input, 'prompt')
  const facts = fetchFacts(call)
  return (
    <>
      {prompt !== null && <OutputBox text={prompt} label="Question about the page" kind="words" />}
      {facts !== null && <p className="tool-note">{facts}</p>}
      {call.state === 'done' && call.output !== null && call.output !== '' ? <Markdown text={call.output} /> : <ResultBody call={call} />}
    </>
  )
}

function fetchFacts({ data }: ToolView): string | null {
  const { code, codeText, bytes } = data ?? {}
  if (typeof code !== 'number') return null
  const size = typeof bytes === 'number' ? ` · ${formatBytes(bytes)}` : ''
  return `${code}${typeof codeText === 'string' ? ` ${codeText}` : ''}${size}`
}
