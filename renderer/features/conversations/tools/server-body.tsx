import { BoundedText } from '../../../tools/bounded-text.tsx'
import { FieldsView } from '../../../tools/fields-view.tsx'
import { FoundLinks } from '../../../tools/found-links.tsx'
import { resourceLinksOf, resourcesOf, type ResourceContent } from '../../../tools/result-data.ts'
import { SomeItems } from '../../../ui/some-items.tsx'
import { OutputBox } from '../output-box.tsx'
import type { ToolView } from '../thread-row.ts'
import { ResultBody } from './result-body.tsx'

const firstOfName = { lines: 2, characters: 400 }
const firstResources = 20

/** A tool of an MCP server: its input and its structured content as fields, its text, its pictures, and the resources it points to. */
export function ServerToolBody({ call }: { call: ToolView }) {
  const links = resourceLinksOf(call.data)
  const structured = call.data?.['structuredContent']
  return (
    <>
      {Object.keys(call.input).length > 0 && <FieldsView value={call.input} label="Input" />}
      {structured === undefined ? <ResultBody call={call} /> : <FieldsView value={structured} label="Result" />}
      <FoundLinks links={links} label="Resources" />
    </>
  )
}

/** Resources that were read of an MCP server. */
export function ResourceBody({ call }: { call: ToolView }) {
  const contents = resourcesOf(call.data, call.output)
  if (contents === null || call.state === 'failed') return <ResultBody call={call} />
  return (
    <SomeItems items={contents} first={firstResources} name="resources">
      {(content, place) => <Resource key={place} content={content} />}
    </SomeItems>
  )
}

function Resource({ content: { uri, mimeType, text, blobSavedTo } }: { content: ResourceContent }) {
  return (
    <div>
      <p className="tool-note" dir="ltr">
        <BoundedText text={[uri, mimeType].filter(Boolean).join(' · ')} first={firstOfName} />
      </p>
      {blobSavedTo === undefined ? (
        <OutputBox text={text ?? ''} label="Resource" kind="output" />
      ) : (
        <p className="tool-note" dir="ltr">
          Saved to <BoundedText text={blobSavedTo} first={firstOfName} />
        </p>
      )}
    </div>
  )
}
