import { useState } from 'react'
import { everyTool, type RuleDraft, type ShownRule } from '../../../shared/domain/rule.ts'
import { allowsEverything, reachWords, ruleLimits } from '../../../shared/domain/rule-words.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { Button } from '../../ui/button.tsx'
import { errorField, errorWords } from '../../words/error-words.ts'
import { formatWhen, plural } from '../../words/figures.ts'
import { RuleFields } from './rule-fields.tsx'
import { RuleSentence } from './rule-sentence.tsx'

/** One rule: what it does, how it was used, and what can be done with it. */
export function RuleRow({ rule, found }: { rule: ShownRule; found: boolean }) {
  const [editing, setEditing] = useState(false)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const limits = ruleLimits(rule)
  return (
    <section className="rule" data-rule={rule.id} data-found={found || undefined} tabIndex={-1} aria-label={rule.words.slice(0, 200)}>
      <RuleSentence rule={rule} home={home} />
      {limits !== null && <span className="rule-facts">{limits}</span>}
      {(allowsEverything(rule) || rule.tool === everyTool) && <span className="rule-broad">{reachWords(rule)}</span>}
      <Facts rule={rule} />
      {rule.note && (
        <span className="rule-facts" dir="auto">
          <BoundedText text={rule.note} first={firstOfNote} />
        </span>
      )}
      <div className="rule-acts">
        <Button small variant="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          Edit
        </Button>
        <Button small onClick={() => void revoke(rule)}>
          Revoke
        </Button>
      </div>
      {editing && <EditRule rule={rule} onDone={() => setEditing(false)} />}
    </section>
  )
}

const firstOfNote = { lines: 3, characters: 300 }

function Facts({ rule: { instanceId, uses, lastMatchedAt, createdAt } }: { rule: ShownRule }) {
  const name = usePool((state) => (instanceId === undefined ? null : (state.instances.get(instanceId)?.name ?? 'a removed instance')))
  const used = lastMatchedAt === null ? 'Never used' : `Used ${plural(uses, 'time')}, last ${formatWhen(lastMatchedAt)}`
  return (
    <span className="rule-facts">
      {[name === null ? 'All instances' : `Only ${name}`, used, `Added ${formatWhen(createdAt)}`].join(' · ')}
    </span>
  )
}

/** Those that say themselves what is wrong with them. */
const ownFields: ReadonlySet<string> = new Set(['pattern', 'folder', 'instanceId', 'note'])

function EditRule({ rule, onDone }: { rule: ShownRule; onDone: () => void }) {
  const [draft, setDraft] = useState<RuleDraft>(rule)
  const [sure, setSure] = useState(false)
  const [problem, setProblem] = useState<{ field: string | null; message: string } | null>(null)
  const needsSure = allowsEverything({ ...rule, ...draft, match: rule.match })
  const save = async () => {
    const { pattern, folder, instanceId, note, decision } = draft
    const patch = { folder: folder ?? null, instanceId: instanceId ?? null, note: note ?? null, decision }
    try {
      await client.rules.update({
        id: rule.id,
        ...patch,
        ...(pattern === undefined ? {} : { pattern }),
        ...(sure ? { confirm: true } : {}),
      })
      onDone()
    } catch (thrown) {
      setProblem({ field: errorField(thrown), message: errorWords(thrown) })
    }
  }
  return (
    <form
      className="rule-edit"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label className="rule-sure">
        <input
          type="checkbox"
          checked={draft.decision === 'deny'}
          onChange={(event) => setDraft({ ...draft, decision: event.target.checked ? 'deny' : 'allow' })}
        />
        Deny instead of allow
      </label>
      <RuleFields draft={draft} change={(part) => setDraft({ ...draft, ...part })} problem={problem} />
      {needsSure && (
        <label className="rule-sure">
          <input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />
          Yes, allow all of this without asking
        </label>
      )}
      {problem !== null && !ownFields.has(problem.field ?? '') && (
        <p role="alert" className="rule-broad">
          {problem.message}
        </p>
      )}
      <div className="rule-acts">
        <Button small variant="primary" type="submit" disabled={needsSure && !sure}>
          Save
        </Button>
        <Button small variant="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

async function revoke({ id }: ShownRule): Promise<void> {
  try {
    await client.rules.remove({ id })
    toast('Rule revoked. Claude asks again.', 'info', null, { label: 'Undo', run: () => void restore(id) })
  } catch (thrown) {
    toast(errorWords(thrown), 'warning')
  }
}

async function restore(id: string): Promise<void> {
  try {
    await client.rules.restore({ id })
  } catch (thrown) {
    toast(errorWords(thrown), 'warning')
  }
}
