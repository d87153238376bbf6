import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { RuleDraft, RuleProposal } from '../../../shared/domain/rule.ts'
import { allowsEverything, reachWords, ruleLimits } from '../../../shared/domain/rule-words.ts'
import { RuleFields } from '../rules/rule-fields.tsx'
import { RuleSentence } from '../rules/rule-sentence.tsx'

type AlwaysAllowProps = {
  approval: Approval
  proposals: readonly RuleProposal[]
  home: string | null
  busy: boolean
  onAllow: (decision: Decision) => void
  onBack: () => void
}

/** The rules that would allow a call and those like it, in plain words, before one of them is made. */
export function AlwaysAllow({ approval, proposals, home, busy, onAllow, onBack }: AlwaysAllowProps) {
  const form = useRef<HTMLFormElement>(null)
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>(() => proposals.map(({ rule }) => rule))
  const [at, setAt] = useState(0)
  const [editing, setEditing] = useState(false)
  const [sure, setSure] = useState(false)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  useEscape(form, onBack)
  const chosen = drafts[at]
  if (!chosen) return null
  const needsSure = allowsEverything(complete(chosen))
  const change = (part: Partial<RuleDraft>) => setDrafts(drafts.map((draft, place) => (place === at ? { ...draft, ...part } : draft)))
  return (
    <form
      ref={form}
      className="approval-deny"
      onSubmit={(event) => {
        event.preventDefault()
        onAllow({ decision: 'allow', remember: 'rule', rule: chosen, ...(needsSure && sure ? { confirm: true } : {}) })
      }}
    >
      <fieldset className="rule-choices">
        <legend>Add a rule that</legend>
        {drafts.map((draft, place) => (
          <label key={place} className="rule-choice">
            <input
              type="radio"
              name={`rule-${approval.id}`}
              checked={place === at}
              onChange={() => {
                setAt(place)
                setSure(false)
              }}
            />
            <RuleSentence rule={complete(draft)} home={home} />
            {place === at && <Limits draft={draft} />}
          </label>
        ))}
      </fieldset>
      {editing && <RuleFields draft={chosen} change={change} problem={null} instanceId={approval.instanceId} />}
      {needsSure && (
        <label className="rule-sure">
          <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
          Yes, allow all of this without asking
        </label>
      )}
      <div className="approval-answers">
        <button type="submit" className="approval-button approval-allow" disabled={busy || (needsSure && !sure)}>
          Allow and add rule
        </button>
        <button type="button" className="approval-button" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {editing ? 'Hide details' : 'Edit rule'}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={onBack}>
          Back
        </button>
      </div>
    </form>
  )
}

/** Escape within an element. */
function useEscape(within: RefObject<HTMLElement | null>, act: () => void): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const element = within.current
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      latest.current()
    }
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  }, [within])
}

function Limits({ draft }: { draft: RuleDraft }) {
  const reach = reachWords(complete(draft))
  const limits = ruleLimits(complete(draft))
  return (
    <>
      {limits !== null && <span className="rule-limits">{limits}</span>}
      {reach !== null && <span className="rule-broad">{reach}</span>}
    </>
  )
}

function complete(draft: RuleDraft) {
  return { ...draft, match: draft.match ?? ('exact' as const) }
}
