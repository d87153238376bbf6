import type { ChangeEvent, ReactNode } from 'react'
import { triggerOnSchema } from '../../../shared/domain/trigger.ts'
import { client } from '../../connection/connection.ts'
import { Field } from '../../ui/field.tsx'
import { plural } from '../../words/figures.ts'
import { FolderField } from '../instances/folder-field.tsx'
import type { TriggerForm } from './trigger-form.ts'
import { kindLabels, sentence, wallTime } from './trigger-words.ts'
import { useAnswer } from './use-answer.ts'

export type OnFieldsProps = {
  form: TriggerForm
  change: (part: Partial<TriggerForm>) => void
  /** What is wrong with a field. */
  of: (field: string) => string | null
  /** Names of recipes. */
  recipes: readonly string[]
}

/** When it fires: the kind, and what that kind needs. */
export function OnFields(props: OnFieldsProps) {
  const { form, change, of } = props
  return (
    <>
      <Field label="Start on" problem={of('on.kind')}>
        {(field) => (
          <select className="input" value={form.kind} onChange={(event) => change({ kind: kindOf(event) })} {...field}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {kindLabels[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form.kind === 'time' && <TimeFields {...props} />}
      {form.kind === 'files' && <FilesFields {...props} />}
      {form.kind === 'git' && <GitFields {...props} />}
      {form.kind === 'run' && <RunFields {...props} />}
      {form.kind === 'hook' && <HookFields {...props} />}
    </>
  )
}

const kinds = triggerOnSchema.options
  .map((option) => option.shape.kind.value)
  .toSorted((a, b) => Number(a === 'click') - Number(b === 'click'))

function kindOf(event: ChangeEvent<HTMLSelectElement>): TriggerForm['kind'] {
  return kinds.find((kind) => kind === event.target.value) ?? 'time'
}

const examples = ['every weekday at 9', 'every hour', 'every 15 minutes', 'every Monday at 8:30', 'on the 1st of every month at noon']

function TimeFields({ form, change, of }: OnFieldsProps) {
  const text = form.cron.trim()
  const timeZone = form.timeZone.trim()
  const key = text === '' ? null : JSON.stringify([text, timeZone])
  const { value, problem } = useAnswer(key, () => client.triggers.readTime({ text, ...(timeZone === '' ? {} : { timeZone }) }))
  const ofZone = problem?.includes('time zone') === true
  return (
    <>
      <Text
        label="When"
        hint="In words, or five fields of cron."
        problem={of('on.cron') ?? (ofZone ? null : problem)}
        value={form.cron}
        list={examples}
        onChange={(cron) => change({ cron })}
      />
      <Text
        label="Time zone"
        hint="Leave empty for this computer’s."
        problem={of('on.timeZone') ?? (ofZone ? problem : null)}
        value={form.timeZone}
        placeholder={Intl.DateTimeFormat().resolvedOptions().timeZone}
        onChange={(zone) => change({ timeZone: zone })}
      />
      <output className="trigger-next" aria-label="Next times">
        {value && problem === null && (
          <>
            <strong>
              {sentence(value.words)} · {value.timeZone}
            </strong>
            {value.next.map((time) => (
              <time key={time} className="figure" dateTime={time}>
                {wallTime(time, value.timeZone)}
              </time>
            ))}
          </>
        )}
      </output>
    </>
  )
}

function FilesFields({ form, change, of }: OnFieldsProps) {
  const folder = form.folder.trim()
  const glob = form.glob.trim() || '**/*'
  const key = folder === '' ? null : JSON.stringify([folder, glob])
  const { value, problem } = useAnswer(key, () => client.triggers.matchingFiles({ folder, glob }))
  return (
    <>
      <FolderOf form={form} change={change} problem={of('on.folder')} />
      <div className="trigger-pair">
        <Text
          label="Files"
          hint="A pattern such as src/**/*.ts"
          problem={of('on.glob')}
          value={form.glob}
          onChange={(next) => change({ glob: next })}
        />
        <Text
          label="Wait for quiet (seconds)"
          problem={of('on.debounceMs')}
          value={form.debounceSeconds}
          inputMode="decimal"
          onChange={(debounceSeconds) => change({ debounceSeconds })}
        />
      </div>
      <output className="trigger-matching" aria-label="Matching files">
        {problem}
        {value && problem === null && matchingWords(value)}
      </output>
    </>
  )
}

function matchingWords({ count, isWhole, examples: some }: { count: number; isWhole: boolean; examples: readonly string[] }): string {
  if (count === 0) return isWhole ? 'No files match right now.' : 'No files match so far; the folder is very large.'
  const few = some.slice(0, 3).join(', ')
  return `${isWhole ? '' : 'At least '}${plural(count, 'file matches', 'files match')} right now: ${few}${count > 3 ? ', …' : ''}`
}

function GitFields({ form, change, of }: OnFieldsProps) {
  return (
    <>
      <FolderOf form={form} change={change} problem={of('on.folder')} />
      <Text
        label="Branch"
        hint="Leave empty for the branch that is checked out."
        problem={of('on.branch')}
        value={form.branch}
        onChange={(branch) => change({ branch })}
      />
    </>
  )
}

function RunFields({ form, change, of, recipes }: OnFieldsProps) {
  return (
    <div className="trigger-pair">
      <RecipeField
        label="When a run of"
        value={form.ended}
        recipes={recipes}
        problem={of('on.recipe')}
        onChange={(ended) => change({ ended })}
      />
      <Field label="Ends as" problem={of('on.outcome')}>
        {(field) => (
          <select
            className="input"
            value={form.outcome}
            onChange={(event) => change({ outcome: outcomeOf(event.target.value) })}
            {...field}
          >
            <option value="any">Any</option>
            <option value="done">Done</option>
            <option value="failed">Failed</option>
            <option value="cancelled">Cancelled</option>
          </select>
        )}
      </Field>
    </div>
  )
}

function outcomeOf(value: string): TriggerForm['outcome'] {
  return value === 'done' || value === 'failed' || value === 'cancelled' ? value : 'any'
}

function HookFields({ form, change, of }: OnFieldsProps) {
  return (
    <Field label="Only if the body has" hint="One per line, such as action = opened. Leave empty for every call." problem={of('on.filter')}>
      {(field) => (
        <textarea
          className="input input-code"
          rows={2}
          value={form.filter}
          spellCheck={false}
          onChange={(event) => change({ filter: event.target.value })}
          {...field}
        />
      )}
    </Field>
  )
}

function FolderOf({ form, change, problem }: Pick<OnFieldsProps, 'form' | 'change'> & { problem: string | null }) {
  return (
    <Field label="Folder" problem={problem}>
      {(field) => <FolderField value={form.folder} onChange={(folder) => change({ folder })} {...field} />}
    </Field>
  )
}

export type RecipeFieldProps = {
  label: string
  value: string
  recipes: readonly string[]
  problem: string | null
  hint?: string | undefined
  onChange: (name: string) => void
}

/** A recipe by its name; one that is gone stays to be seen. */
export function RecipeField({ label, value, recipes, problem, hint, onChange }: RecipeFieldProps) {
  const isGone = value !== '' && !recipes.includes(value)
  return (
    <Field label={label} problem={problem} hint={hint}>
      {(field) => (
        <select className="input" value={value} onChange={(event) => onChange(event.target.value)} {...field}>
          {value === '' && <option value="">Choose a recipe</option>}
          {isGone && <option value={value}>{value} (not found)</option>}
          {recipes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type TextProps = {
  label: string
  hint?: ReactNode
  problem: string | null
  value: string
  placeholder?: string
  inputMode?: 'decimal' | 'numeric'
  list?: readonly string[]
  onChange: (value: string) => void
}

/** One line of text. */
export function Text({ label, hint, problem, value, placeholder, inputMode, list, onChange }: TextProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(field) => (
        <>
          <input
            className="input"
            value={value}
            placeholder={placeholder}
            inputMode={inputMode}
            autoComplete="off"
            spellCheck={false}
            list={list && `${field.id}-list`}
            onChange={(event) => onChange(event.target.value)}
            {...field}
          />
          {list && (
            <datalist id={`${field.id}-list`}>
              {list.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  )
}
