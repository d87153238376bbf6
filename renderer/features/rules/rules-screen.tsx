import { useEffect, useMemo, useRef, useState } from 'react'
import type { ShownRule } from '../../../shared/domain/rule.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { RuleRow } from './rule-row.tsx'
import '../../ui/page.css'
import './rules.css'

const firstRules = 50

/** Every rule in plain words. `id`: the one that was asked for. */
export function RulesScreen({ id }: { id?: string | undefined }) {
  const rules = usePool((state) => state.rules)
  const instances = usePool((state) => state.instances)
  const [sought, setSought] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const loaded = usePool((state) => state.loaded)
  const isGone = loaded && id !== undefined && !rules.has(id)
  const shown = useMemo(() => {
    const name = (rule: ShownRule) => (rule.instanceId === undefined ? '' : (instances.get(rule.instanceId)?.name ?? ''))
    const all = [...rules.values()].filter((rule) => fits(sought, [rule.words, rule.tool, rule.note ?? '', name(rule)]))
    return all.toSorted((a, b) => Number(b.id === id) - Number(a.id === id) || (a.createdAt < b.createdAt ? 1 : -1))
  }, [rules, instances, sought, id])
  useEffect(() => {
    if (id !== undefined) list.current?.querySelector<HTMLElement>('[data-found="true"]')?.focus()
  }, [id, loaded])
  return (
    <main className="page">
      <div className="page-column" ref={list}>
        <div className="page-head">
          <h1>Rules</h1>
          <Button className="rules-new" onClick={() => ui.openDialog({ name: 'new-rule' })}>
            New rule…
          </Button>
        </div>
        {isGone && <output className="page-lead">This rule was revoked.</output>}
        {rules.size === 0 ? (
          <div className="page-empty">
            <StateMark mark="idle" />
            <p>No rules yet. Choose “Always allow…” when Claude asks for permission, or add one here.</p>
          </div>
        ) : (
          <>
            <input
              type="search"
              className="input rules-search"
              aria-label="Search rules"
              placeholder="Search rules"
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
            {shown.length === 0 && <p className="page-lead">No matches.</p>}
            <div className="rules-list">
              <SomeItems items={shown} first={firstRules} name="rules">
                {(rule) => <RuleRow key={rule.id} rule={rule} found={rule.id === id} />}
              </SomeItems>
            </div>
          </>
        )}
      </div>
    </main>
  )
}

function fits(sought: string, texts: readonly string[]): boolean {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)))
}
