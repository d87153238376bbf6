import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Budget, BudgetStatus } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { formatCost, plural } from '../../words/figures.ts'
import { BudgetForm } from './budget-form.tsx'
import { budgetWords, shareSpent, stateWords } from './budget-words.ts'
import { useNames, type NameOf } from './names.ts'
import { useLoaded } from './use-loaded.ts'
import './budgets.css'

/** Budgets, what is spent of them, and the form for a new one. A change acts at once. */
export function Budgets({ tick }: { tick: number }) {
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<string | null>(null)
  const nameOf = useNames()
  const { budgets, items, left, problem, isKnown, save } = useBudgets(tick)
  const counted = new Set(items.map(({ budget }) => budget.id))
  const add = async (budget: Budget) => {
    if (await save([...budgets, budget])) setAdding(false)
  }
  const change = async (budget: Budget) => {
    if (await save(budgets.map((one) => (one.id === budget.id ? budget : one)))) setEditing(null)
  }
  const toggle = () => {
    setEditing(null)
    setAdding(!adding)
  }
  const edit = (id: string) => {
    setAdding(false)
    setEditing(id)
  }
  const edited = budgets.find(({ id }) => id === editing)
  return (
    <section className="budgets" aria-label="Budgets">
      <div className="chart-head">
        <h2>Budgets</h2>
        <span className="chart-actions figures-actions">
          <IconButton label="New budget" icon={Plus} size={14} aria-expanded={adding} onClick={() => toggle()} />
        </span>
      </div>
      {adding && <BudgetForm budget={null} onSave={(budget) => void add(budget)} onCancel={() => setAdding(false)} />}
      {edited && <BudgetForm key={edited.id} budget={edited} onSave={(budget) => void change(budget)} onCancel={() => setEditing(null)} />}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {budgets.length === 0 && !adding && isKnown && (
        <p className="figures-empty">No budgets yet. Get a warning, or block new turns, at a daily, monthly or total limit.</p>
      )}
      {(budgets.length > 0 || adding) && <p className="chart-note">{whatCounts}</p>}
      <ul>
        {items.map((item) => (
          <BudgetLine
            key={`${item.budget.id} ${item.targetId ?? ''}`}
            item={item}
            nameOf={nameOf}
            onEdit={() => edit(item.budget.id)}
            onRemove={() => void save(budgets.filter(({ id }) => id !== item.budget.id))}
          />
        ))}
        {budgets
          .filter(({ id }) => !counted.has(id))
          .map((budget) => (
            <BudgetLine
              key={budget.id}
              item={{ budget, targetId: budget.targetId, spentUsd: 0, outsideUsd: 0, unknownTurns: 0, state: 'ok', until: null }}
              nameOf={nameOf}
              onEdit={() => edit(budget.id)}
              onRemove={() => void save(budgets.filter(({ id }) => id !== budget.id))}
            />
          ))}
      </ul>
      {left.map(({ budget, count }) => (
        <p key={budget.id} className="chart-note">
          {`${budgetWords(budget, null, nameOf)}: ${plural(count, 'other')} spent less and ${count === 1 ? 'is' : 'are'} not listed; the budget holds for ${count === 1 ? 'it' : 'them'} too.`}
        </p>
      ))}
    </section>
  )
}

/** What the core says of budgets, and the way to change them. */
function useBudgets(tick: number) {
  const [changes, setChanges] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const loaded = useLoaded(`budgets ${tick} ${changes}`, () => client.metrics.budgets())
  const { budgets = [], items = [], left = [] } = loaded.value ?? {}
  const save = async (changed: Budget[]): Promise<boolean> => {
    try {
      await client.metrics.setBudgets({ budgets: changed })
      setProblem(null)
      setChanges((count) => count + 1)
      return true
    } catch (thrown) {
      setProblem(errorWords(thrown))
      return false
    }
  }
  const unlisted = left.flatMap(({ budgetId, count }) => {
    const budget = budgets.find(({ id }) => id === budgetId)
    return budget ? [{ budget, count }] : []
  })
  return { budgets, items, left: unlisted, problem: problem ?? loaded.problem, isKnown: loaded.value !== null, save }
}

const whatCounts =
  'Everything: all spending in the period at list prices, including Claude Code outside Bullpen once the vault has copied it. Instances: turns in Bullpen. Conversations: also work done outside in their sessions. Running turns finish; queued messages are sent once there is budget again.'

type BudgetLineProps = { item: BudgetStatus; nameOf: NameOf; onEdit: () => void; onRemove: () => void }

function BudgetLine({ item, nameOf, onEdit, onRemove }: BudgetLineProps) {
  const { budget, spentUsd, outsideUsd, state, unknownTurns } = item
  const words = budgetWords(budget, item.targetId, nameOf)
  return (
    <li className={`budget budget-${state}`}>
      <span className="budget-name">{words}</span>
      <span className="figure budget-spent">
        {formatCost(spentUsd)} of {formatCost(budget.limitUsd)}
      </span>
      <meter aria-label={`Spent of ${words}`} min={0} max={1} value={shareSpent(item)} />
      <span className="budget-state">
        {stateWords(item)}
        {outsideUsd > 0 && ` ${formatCost(outsideUsd)} of it outside Bullpen.`}
        {unknownTurns > 0 && ` ${plural(unknownTurns, 'turn')} of unknown price ${unknownTurns === 1 ? 'is' : 'are'} not in it.`}
      </span>
      <span className="budget-actions">
        <IconButton label={`Edit the budget ${words}`} icon={Pencil} size={14} onClick={onEdit} />
        <IconButton label={`Remove the budget ${words}`} icon={Trash2} size={14} onClick={onRemove} />
      </span>
    </li>
  )
}
