import { useEffect, useState } from 'react'
import { clearIn } from '../../../shared/domain/likely-secret.ts'
import { client } from '../../connection/connection.ts'
import { loadSecrets, useSetup } from '../../state/setup-store.ts'
import { Button } from '../../ui/button.tsx'
import { errorWords } from '../../words/error-words.ts'
import { readEnv, writeEnv } from './instance-text.ts'

type ClearEnvProps = { value: string; change: (value: string) => void }

/** A variable that looks like a key is offered to become a secret: it goes into the key store, and a reference takes its place. */
export function ClearEnv({ value, change }: ClearEnvProps) {
  const store = useSetup((state) => state.secrets?.store)
  const [problem, setProblem] = useState<string | null>(null)
  const read = readEnv(value)
  const clear = 'problem' in read ? [] : clearIn({ env: read.value, mcpServers: {} })
  const isNeeded = clear.length > 0
  useEffect(() => {
    if (isNeeded && !store) loadSecrets().catch(() => undefined)
  }, [isNeeded, store])
  if (!isNeeded || 'problem' in read) return null
  const take = async (name: string, place: string, secret: string) => {
    try {
      await client.secrets.set({ name, value: secret })
      change(writeEnv({ ...read.value, [place.slice('env.'.length)]: `\${secret:${name}}` }))
    } catch (thrown) {
      setProblem(errorWords(thrown))
    }
  }
  return (
    <div className="clear-env">
      {clear.slice(0, 10).map((one) => (
        <p key={one.place}>
          <code>{one.place.slice('env.'.length)}</code> looks like a key.{' '}
          {store?.available === true ? (
            <Button small onClick={() => void take(one.suggested, one.place, one.value)}>
              Save as secret
            </Button>
          ) : (
            store?.reason
          )}
        </p>
      ))}
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
