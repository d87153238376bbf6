import { Markdown } from '../../markdown/markdown.tsx'
import { JsonText } from './json-text.tsx'

/** What came out of a run, by name; nothing before it is done. */
export function RunOutputs({ outputs }: { outputs: Readonly<Record<string, unknown>> }) {
  const names = Object.entries(outputs)
  if (names.length === 0) return null
  return (
    <details className="run-outputs">
      <summary>{names.length === 1 ? 'Result' : `Results (${names.length})`}</summary>
      {names.map(([name, value]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          {typeof value === 'string' ? <Markdown text={value} /> : <JsonText value={value} />}
        </section>
      ))}
    </details>
  )
}
