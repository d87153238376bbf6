import { useState } from 'react'
import type { InstancePatch } from '../../../shared/domain/instance.ts'
import { takenOut } from '../../../shared/domain/hidden-values.ts'
import { clearIn } from '../../../shared/domain/likely-secret.ts'
import { secretNameSchema } from '../../../shared/domain/secret.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { loadSecrets, useSetup } from '../../state/setup-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

/** Sets a secret, or replaces its value. */
export function SecretDialog({ secret }: { secret?: string | undefined }) {
  const [name, setName] = useState(secret ?? '')
  const [value, setValue] = useState('')
  const store = useSetup((state) => state.secrets?.store)
  const parsed = secretNameSchema.safeParse(name)
  return (
    <FormDialog
      title={secret === undefined ? 'Add secret' : `Replace ${secret}`}
      description={`Kept in the ${store?.label ?? 'system’s key store'}. Bullpen never shows the value again.`}
      action="Save secret"
      ready={parsed.success && value !== ''}
      run={async () => {
        await client.secrets.set({ name, value })
        await loadSecrets()
      }}
    >
      {secret === undefined && (
        <Field
          label="Name"
          hint="What you write in ${secret:NAME}."
          problem={name !== '' && !parsed.success ? (parsed.error.issues[0]?.message ?? null) : null}
        >
          {(props) => (
            <input
              className="input input-code"
              value={name}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
              {...props}
            />
          )}
        </Field>
      )}
      <ValueField value={value} change={setValue} />
    </FormDialog>
  )
}

function ValueField({ value, change }: { value: string; change: (value: string) => void }) {
  return (
    <Field label="Value">
      {(props) => (
        <input
          className="input input-code"
          type="password"
          value={value}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value)}
          {...props}
        />
      )}
    </Field>
  )
}

/** Asks before a secret is deleted, and says who needs it. */
export function RemoveSecretDialog({ secret }: { secret: string }) {
  const [found] = useState(() => useSetup.getState().secrets?.items.find(({ name }) => name === secret))
  const names = found?.usedBy.map(({ name }) => name) ?? []
  return (
    <FormDialog
      title={`Delete ${secret}?`}
      action="Delete secret"
      danger
      run={async () => {
        await client.secrets.remove({ name: secret })
        await loadSecrets()
      }}
    >
      <p dir="auto">
        <VisibleText text={names.length === 0 ? 'Nothing uses it.' : `These can’t start without it: ${names.slice(0, 20).join(', ')}.`} />
      </p>
    </FormDialog>
  )
}

/** A value in clear of an instance goes into the key store, and a reference takes its place. */
export function TakeSecretDialog({ instanceId, place }: { instanceId: string; place: string }) {
  const instance = usePool((state) => state.instances.get(instanceId))
  const clear = instance && clearIn(instance).find((one) => one.place === place)
  const [name, setName] = useState(clear?.suggested ?? '')
  const parsed = secretNameSchema.safeParse(name)
  if (!instance || !clear) return null
  const take = async () => {
    const taken = takeFrom(instance, place, name, clear.value)
    for (const [secret, value] of taken.values) await client.secrets.set({ name: secret, value })
    await client.instances.update({ id: instanceId, ...taken.patch })
    await loadSecrets()
  }
  return (
    <FormDialog
      title="Make it a secret"
      description={`${place} of ${instance.name} goes into the key store, and a reference takes its place.`}
      action="Make it a secret"
      ready={parsed.success}
      run={take}
    >
      <Field label="Name" problem={name !== '' && !parsed.success ? (parsed.error.issues[0]?.message ?? null) : null}>
        {(props) => (
          <input
            className="input input-code"
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
            {...props}
          />
        )}
      </Field>
    </FormDialog>
  )
}

type Holder = Required<Pick<InstancePatch, 'env' | 'mcpServers'>>

function takeFrom(
  { env = {}, mcpServers = {} }: Partial<Holder>,
  place: string,
  name: string,
  value: string,
): { patch: InstancePatch; values: Map<string, string> } {
  if (place.startsWith('env.'))
    return { patch: { env: { ...env, [place.slice('env.'.length)]: `\${secret:${name}}` } }, values: new Map([[name, value]]) }
  const server = Object.keys(mcpServers).find((one) => place.startsWith(`mcpServers.${one}.`)) ?? ''
  const config = mcpServers[server]
  if (!config) return { patch: {}, values: new Map() }
  const taken = takenOut(config, [{ place: place.slice(`mcpServers.${server}.`.length), name }])
  return { patch: { mcpServers: { ...mcpServers, [server]: taken.config } }, values: taken.values }
}
