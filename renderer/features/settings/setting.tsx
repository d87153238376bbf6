import { useEffect, useId, useState, type ReactNode } from 'react'
import type { SettingsPatch } from '../../../shared/domain/settings.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import type { Read } from './settings-words.ts'

export type Control = { id: string; 'aria-describedby': string; 'aria-invalid': boolean }
/** Answers whether it was saved. */
export type Save = (patch: SettingsPatch) => Promise<boolean>
/** Shows what is wrong with what was entered; null takes it away. */
export type Refuse = (problem: string | null) => void

export type SettingProps = { title: string; words: ReactNode; children: (control: Control, save: Save, refuse: Refuse) => ReactNode }

/** One setting: what it does, its control, and whether it was saved or why not. */
export function Setting({ title, words, children }: SettingProps) {
  const id = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const [saved, setSaved] = useSaidForAMoment()
  const save: Save = async (patch) => {
    try {
      await client.settings.update(patch)
      setProblem(null)
      setSaved()
      return true
    } catch (thrown) {
      setProblem(withoutField(errorWords(thrown)))
      return false
    }
  }
  return (
    <div className="setting">
      <div className="setting-words">
        <label htmlFor={id}>{title}</label>
        <output className="setting-saved">{saved && 'Saved'}</output>
        <div id={`${id}-words`}>{words}</div>
      </div>
      <div className="setting-control">
        {children({ id, 'aria-describedby': `${id}-words`, 'aria-invalid': problem !== null }, save, setProblem)}
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}

export type TextSettingProps<T> = Control & {
  value: string
  unit?: string
  placeholder?: string
  'aria-label'?: string
  read: (text: string) => Read<T>
  onSave: (value: T) => Promise<boolean>
  refuse: Refuse
}

/** Saved when it is left or Enter is pressed; what cannot be saved stays, to be mended. */
export function TextSetting<T>({ value, unit, read, onSave, refuse, ...control }: TextSettingProps<T>) {
  const { draft, setDraft, save } = useDraft({ value, read, onSave, refuse })
  return (
    <span className="setting-text">
      <input
        {...control}
        className="input"
        spellCheck={false}
        value={draft ?? value}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={(event) => void save(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void save(event.currentTarget.value)
          if (event.key === 'Escape') {
            setDraft(null)
            refuse(null)
          }
        }}
      />
      {unit !== undefined && <span>{unit}</span>}
    </span>
  )
}

/** What is being typed, null when it is what is saved. */
export function useDraft<T>({ value, read, onSave, refuse }: Pick<TextSettingProps<T>, 'value' | 'read' | 'onSave' | 'refuse'>) {
  const [draft, setDraft] = useState<string | null>(null)
  const save = async (text: string) => {
    if (text.trim() === value) {
      setDraft(null)
      return refuse(null)
    }
    const result = read(text)
    if ('problem' in result) return refuse(result.problem)
    if (await onSave(result.value)) setDraft(null)
    return undefined
  }
  return { draft, setDraft, save }
}

const saidForMs = 2_000

function useSaidForAMoment(): [boolean, () => void] {
  const [count, setCount] = useState(0)
  useEffect(() => {
    if (count === 0) return undefined
    const timer = setTimeout(() => setCount(0), saidForMs)
    return () => clearTimeout(timer)
  }, [count])
  return [count > 0, () => setCount((before) => before + 1)]
}

function withoutField(words: string): string {
  return words.replace(/^\w+: /, '')
}
