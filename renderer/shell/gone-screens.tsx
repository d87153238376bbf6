import { useEffect, useState } from 'react'
import { client } from '../connection/connection.ts'
import { ChangesScreen } from '../features/changes/changes-screen.tsx'
import { InstanceScreen } from '../features/instances/instance-screen.tsx'
import type { ChangesScreen as ChangesPlace } from '../state/changes-address.ts'
import { addInstance, usePool } from '../state/pool-store.ts'
import { ui } from '../state/ui-store.ts'
import { Button } from '../ui/button.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { errorCode } from '../words/error-words.ts'
import { GoneConversation } from './panes/gone-conversation.tsx'
import { useIsGone as useIsConversationGone } from './panes/use-is-gone.ts'
import '../ui/page.css'

/** An instance, or that it is there no more. */
export function InstanceOrGone({ id }: { id: string }) {
  return useIsGone(id) ? <GoneInstance /> : <InstanceScreen id={id} />
}

/** What a conversation changed, or that it is there no more. */
export function ChangesOrGone({ screen }: { screen: ChangesPlace }) {
  return useIsConversationGone(screen.id) ? <GoneConversation id={screen.id} /> : <ChangesScreen screen={screen} />
}

/** What is shown for an address that stands for nothing. */
export function Nowhere({ address }: { address: string }) {
  return (
    <main className="page">
      <div className="page-empty">
        <h1>There is no such page</h1>
        <p>
          <bdi>
            <VisibleText text={address.slice(0, 200)} />
          </bdi>{' '}
          isn’t a page in Bullpen. The address may be incomplete or from another version.
        </p>
        <Ways />
      </div>
    </main>
  )
}

function GoneInstance() {
  return (
    <main className="page">
      <div className="page-empty">
        <h1>This instance is gone</h1>
        <p>It was removed, or this address is from another computer. Its conversations are kept; another instance can continue them.</p>
        <Ways />
      </div>
    </main>
  )
}

function Ways() {
  return (
    <p className="gone-buttons">
      <Button onClick={() => ui.go({ name: 'start' })}>Go to the start page</Button>
      <Button variant="quiet" onClick={() => ui.go({ name: 'library' })}>
        Open the library
      </Button>
    </p>
  )
}

/** What the list does not hold is asked for by itself first: something just made may be told of a moment later. */
function useIsGone(id: string): boolean {
  const isMissing = usePool(({ loaded, connection, instances }) => loaded && connection === 'open' && !instances.has(id))
  const [gone, setGone] = useState<string | null>(null)
  useEffect(() => {
    if (!isMissing) return undefined
    const abort = new AbortController()
    client.instances.get({ id }, { signal: abort.signal }).then(addInstance, (thrown: unknown) => {
      if (!abort.signal.aborted && errorCode(thrown) === 'NOT_FOUND') setGone(id)
    })
    return () => abort.abort()
  }, [isMissing, id])
  return isMissing && gone === id
}
