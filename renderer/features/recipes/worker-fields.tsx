import type { Way } from '../../../shared/domain/way.ts'
import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'
import { wayChoices, type WayChoice } from '../../words/ways.ts'
import { WayField } from '../instances/way-field.tsx'
import { isNamed, type Worker } from './pattern-text.ts'

type Who = Pick<NonNullable<Worker>, 'instance' | 'labels'>
type WorkerFieldsProps = { value: Worker; onChange: (worker: Worker) => void }

/** Instances that there are have a way of their own; a process of its own each turn can have with any of them. */
const ofNamed: readonly WayChoice[] = [
  { value: '', label: 'As the instance is set up', hint: 'Each instance has its own way of working.' },
  ...wayChoices.filter(({ value }) => value === 'fresh'),
]

/** Who works on a pattern, and in which way. */
export function WorkerFields({ value, onChange }: WorkerFieldsProps) {
  const instances = usePool((state) => state.instances)
  const all = [...instances.values()]
  const tags = [...new Set(all.flatMap((instance) => instance.tags))].toSorted()
  const whos: Who[] = [...all.map(byName), ...tags.map(byTag)]
  const { way = '', ...who } = value ?? {}
  const choices = isNamed(value) ? ofNamed : wayChoices
  return (
    <>
      <Field label="Instances" hint="New ones share your Claude Code settings and are removed when unused.">
        {(control) => (
          <select
            {...control}
            className="input"
            value={isNamed(value) ? JSON.stringify(who) : ''}
            onChange={({ target }) => onChange(joined(whos.find((one) => JSON.stringify(one) === target.value) ?? {}, way))}
          >
            <option value="">New instances in a folder</option>
            {all.map((instance) => (
              <option key={instance.id} value={JSON.stringify(byName(instance))}>
                {instance.name}
              </option>
            ))}
            {tags.map((tag) => (
              <option key={tag} value={JSON.stringify(byTag(tag))}>
                Any tagged {tag}
              </option>
            ))}
          </select>
        )}
      </Field>
      <WayField value={way} choices={choices} change={(next) => onChange(joined(who, next))} />
    </>
  )
}

function byName({ name }: { name: string }): Who {
  return { instance: name }
}

function byTag(tag: string): Who {
  return { labels: [tag] }
}

/** Null: as the pattern has it. */
function joined(who: Who, way: Way | ''): Worker {
  const fits = isNamed(who) ? ofNamed.some(({ value }) => value === way) : true
  const worker = { ...who, ...(way === '' || !fits ? {} : { way }) }
  return Object.keys(worker).length === 0 ? null : worker
}
