import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { takenOut } from '../../../shared/domain/hidden-values.ts'
import { secretNameSchema } from '../../../shared/domain/secret.ts'
import { client } from '../../connection/connection.ts'
import { loadSecrets, useSetup } from '../../state/setup-store.ts'
import { Button } from '../../ui/button.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { clearInForm, formOfServer, readServerForm, type ServerForm } from './server-form.ts'

type ClearValuesProps = { form: ServerForm; change: (part: Partial<ServerForm>) => void }

/** What looks like a key is offered to become a secret: it is kept by the system, and a reference stands in its place. */
export function ClearValues({ form, change }: ClearValuesProps) {
  const store = useSetup((state) => state.secrets?.store)
  const clear = clearInForm(form)
  const isNeeded = clear.length > 0
  useEffect(() => {
    if (isNeeded && !store) loadSecrets().catch(() => undefined)
  }, [isNeeded, store])
  if (!isNeeded) return null
  return (
    <section className="clear-values" aria-label="Values that look like keys">
      {clear.map((one) => (
        <ClearRow key={one.place} form={form} change={change} place={one.place} suggested={one.suggested} />
      ))}
      {store?.available === false && <p className="field-hint">{store.reason}</p>}
    </section>
  )
}

type ClearRowProps = ClearValuesProps & { place: string; suggested: string }

function ClearRow({ form, change, place, suggested }: ClearRowProps) {
  const store = useSetup((state) => state.secrets?.store)
  const taken = useSetup((state) => state.secrets?.items.some((secret) => secret.name === suggested) ?? false)
  const [name, setName] = useState(suggested)
  const [problem, setProblem] = useState<string | null>(null)
  const isArgument = place.startsWith('args.')
  const take = async () => {
    const read = readServerForm({ ...form, name: form.name.trim() === '' ? 'server' : form.name })
    if ('problem' in read) return setProblem(read.problem.message)
    try {
      const { config, values } = takenOut(read.config, [{ place, name }])
      for (const [secret, value] of values) await client.secrets.set({ name: secret, value })
      const { name: _name, note: _note, ...next } = formOfServer(form.name, config)
      return change(next)
    } catch (thrown) {
      return setProblem(errorWords(thrown))
    }
  }
  return (
    <div className="clear-row">
      <KeyRound size={15} strokeWidth={1.75} aria-hidden />
      <div>
        <p>
          <code>
            <VisibleText text={place} />
          </code>{' '}
          looks like a key.{' '}
          {isArgument ? 'Move it to the environment: arguments are visible in the process list.' : 'Keys aren’t saved in plain text.'}
        </p>
        {!isArgument && store?.available === true && (
          <div className="clear-acts">
            <input
              className="input"
              aria-label={`Name of the secret for ${place}`}
              value={name}
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
            <Button small disabled={!secretNameSchema.safeParse(name).success} onClick={() => void take()}>
              Save as secret
            </Button>
          </div>
        )}
        {taken && name === suggested && <p className="field-hint">There is a secret of this name; its value is replaced.</p>}
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  )
}
