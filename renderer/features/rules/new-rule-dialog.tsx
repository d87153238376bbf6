import { useEffect, useId, useRef, useState } from 'react'
import { allowsEverything, reachWords, ruleLimits } from '../../../shared/domain/rule-words.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { errorField, errorWords } from '../../words/error-words.ts'
import { draftOf, emptyRule, fieldOf, saidOf, type NewRule, type RuleProblem } from './new-rule.ts'
import { NewRuleFields } from './new-rule-fields.tsx'
import { RuleSentence } from './rule-sentence.tsx'
import './rules.css'

/** A rule that allows or denies, filled in with its plain words in sight. */
export function NewRuleDialog() {
  const formId = useId()
  const wordsId = useId()
  const form = useRef<HTMLFormElement>(null)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const [rule, setRule] = useState<NewRule>(emptyRule)
  const [sure, setSure] = useState(false)
  const [problem, setProblem] = useState<RuleProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const said = saidOf(rule, home)
  const needsSure = allowsEverything(said)
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [problem])
  const change = (part: Partial<NewRule>) => {
    setRule({ ...rule, ...part })
    setProblem(null)
    // A yes holds for what stood there when it was said.
    if (!('note' in part)) setSure(false)
  }
  const add = async () => {
    const read = draftOf(rule, home)
    if ('problem' in read) return setProblem(read.problem)
    setBusy(true)
    try {
      const known = new Set(usePool.getState().rules.keys())
      const { id } = await client.rules.create({ ...read.draft, ...(needsSure && sure ? { confirm: true } : {}) })
      ui.closeDialog()
      ui.go({ name: 'rules', id })
      if (known.has(id)) toast('You already have this rule.')
    } catch (thrown) {
      setProblem({ field: fieldOf(rule.kind, errorField(thrown)), message: errorWords(thrown) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="New rule"
      onClose={ui.closeDialog}
      footer={
        <>
          <div className="rule-preview" id={wordsId}>
            <RuleSentence rule={said} home={home} />
            <Reach said={said} />
          </div>
          {problem !== null && problem.field === null && (
            <p className="problem" role="alert">
              {problem.message}
            </p>
          )}
          <Button variant="quiet" onClick={ui.closeDialog}>
            Cancel
          </Button>
          <Button variant="primary" type="submit" form={formId} disabled={busy || (needsSure && !sure)} aria-describedby={wordsId}>
            Add rule
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id={formId}
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void add()
        }}
      >
        <NewRuleFields rule={rule} change={change} problem={problem} />
        {needsSure && (
          <label className="rule-sure">
            <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
            Yes, allow all of this without asking
          </label>
        )}
      </form>
    </Dialog>
  )
}

/** How far it reaches, and what it does not reach although one might think so. */
function Reach({ said }: { said: ReturnType<typeof saidOf> }) {
  const limits = ruleLimits(said)
  const reach = reachWords(said)
  return (
    <>
      {reach !== null && <output className="rule-broad">{reach}</output>}
      {limits !== null && <span className="rule-limits">{limits}</span>}
    </>
  )
}
