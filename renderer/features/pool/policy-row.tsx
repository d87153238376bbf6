import { useId, useState, type ReactNode } from 'react'
import type { PoolPolicyPatch } from '../../../shared/domain/pool.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { errorWords } from '../../words/error-words.ts'
import '../../ui/settings.css'

/** What joins a control to its label and words. */
export type PolicyControl = { id: string; 'aria-describedby': string }
/** Changes the policy, or shows what is wrong with what was typed. */
export type SavePolicy = (patch: PoolPolicyPatch | string) => Promise<void>

type RowProps = { title: string; words: string; children: (control: PolicyControl, save: SavePolicy) => ReactNode }

/** One thing of the policy, with what is wrong with its change. */
export function PolicyRow({ title, words, children }: RowProps) {
  const id = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const save: SavePolicy = async (patch) => {
    if (typeof patch === 'string') return setProblem(patch)
    try {
      usePool.setState({ pool: await client.pool.update(patch) })
      setProblem(null)
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
    return undefined
  }
  return (
    <div className="setting">
      <div className="setting-words">
        <label htmlFor={id}>{title}</label>
        <p id={`${id}-words`}>{words}</p>
      </div>
      <div className="setting-control">
        {children({ id, 'aria-describedby': `${id}-words` }, save)}
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

type TextProps = { control: PolicyControl; value: string; placeholder?: string; figure?: boolean; onSave: (typed: string) => void }

/** A line of text that is saved when it is left or Enter is pressed. */
export function PolicyText({ control, value, placeholder = '', figure = false, onSave }: TextProps) {
  const [text, setText] = useState<string | null>(null)
  const commit = () => {
    const typed = text
    setText(null)
    if (typed !== null && typed.trim() !== value) onSave(typed.trim())
  }
  return (
    <input
      {...control}
      className={figure ? 'input figure' : 'input'}
      {...(figure ? { inputMode: 'decimal' as const } : {})}
      placeholder={placeholder}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  )
}
