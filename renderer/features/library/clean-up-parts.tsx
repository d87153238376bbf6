import { useEffect, useState } from 'react'
import { errorWords } from '../../words/error-words.ts'
import { Field } from '../../ui/field.tsx'
import { formatBytes, plural } from '../../words/figures.ts'
import { whenWords } from '../../words/library-words.ts'

/** How old and how large, as typed. */
type Limits = { days: string; megabytes: string }

export function LimitFields({ wanted, onChange }: { wanted: Limits; onChange: (limits: Limits) => void }) {
  const { days, megabytes } = wanted
  return (
    <>
      <Field label="Inactive for (days)">
        {(props) => (
          <input
            className="input"
            inputMode="numeric"
            value={days}
            onChange={(event) => onChange({ days: event.target.value, megabytes })}
            {...props}
          />
        )}
      </Field>
      <Field label="Larger than (MB)">
        {(props) => (
          <input
            className="input"
            inputMode="decimal"
            placeholder="any size"
            value={megabytes}
            onChange={(event) => onChange({ days, megabytes: event.target.value })}
            {...props}
          />
        )}
      </Field>
    </>
  )
}

/** What was typed, as a question to the core; what is no number is no limit. */
export function limitsOf(days: string, megabytes: string): { olderThanDays?: number; minBytes?: number } {
  const [olderThanDays, most] = [numberOf(days), numberOf(megabytes)]
  return { ...(olderThanDays === undefined ? {} : { olderThanDays }), ...(most === undefined ? {} : { minBytes: most * 1_000_000 }) }
}

/** What would go, in a line; `ids`: null while that is not known. */
export function FoundWords({ ids, noun, size }: { ids: readonly string[] | null; noun: string; size: string }) {
  const words = ids === null ? 'Searching…' : ids.length === 0 ? 'Nothing matches.' : `${plural(ids.length, noun)} · ${size}`
  return <output className="dialog-foot-words figure">{words}</output>
}

/** What would go, or why that cannot be said. */
export function Outcome({ problem, items, count }: { problem: string | null; items: PreviewItems | null; count: number }) {
  return (
    <>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {items !== null && <Preview items={items} count={count} />}
    </>
  )
}

type Item = { title: string; updatedAt: string; bytes: number }
type PreviewItems = readonly (Item & ({ id: string } | { sessionId: string }))[]

/** The largest of what would go, and how many others. */
function Preview({ items, count }: { items: PreviewItems; count: number }) {
  const others = count - items.length
  if (items.length === 0) return null
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className="clean-up-list" aria-label="Preview" tabIndex={0}>
      <ul>
        {items.map((item) => (
          <li key={'id' in item ? item.id : item.sessionId}>
            <span title={item.title}>{item.title}</span>
            <span className="figure">{whenWords(item.updatedAt)}</span>
            <span className="figure">{formatBytes(item.bytes)}</span>
          </li>
        ))}
        {others > 0 && (
          <li>
            <span>and {others.toLocaleString('en-US')} smaller ones</span>
          </li>
        )}
      </ul>
    </section>
  )
}

const typingMs = 200

/** Asks what would go, shortly after the last key; null while that is not known. */
export function usePreview<W, T>(wanted: W, ask: (wanted: W) => Promise<T>): { found: T | null; problem: string | null } {
  const [last, setLast] = useState<{ wanted: W | null; found: T | null; problem: string | null }>({
    wanted: null,
    found: null,
    problem: null,
  })
  useEffect(() => {
    let gone = false
    const timer = setTimeout(() => {
      ask(wanted).then(
        (found) => gone || setLast({ wanted, found, problem: null }),
        (thrown: unknown) => gone || setLast({ wanted, found: null, problem: errorWords(thrown) }),
      )
    }, typingMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [wanted, ask])
  return last.wanted === wanted ? last : { found: null, problem: null }
}

function numberOf(text: string): number | undefined {
  const number = Number(text.replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(number) || number < 0 ? undefined : number
}
