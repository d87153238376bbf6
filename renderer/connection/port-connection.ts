import { createORPCClient, DynamicLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { messageBytes, portMessage, takenMessage, type DesktopBridge } from '../../shared/desktop-bridge.ts'
import type { Client, Connection } from './client.ts'
import { StateHolder } from './state-holder.ts'

/** The way to the core from the desktop window: a port that its preload hands over. */
export function portConnection(bridge: DesktopBridge): Connection {
  const state = new StateHolder()
  const ready = new Promise<RPCLink<Record<never, never>>>((resolve) => {
    window.addEventListener('message', function take(event: MessageEvent<unknown>) {
      const [port] = event.ports
      if (event.source !== window || event.data !== portMessage || !port) return
      window.removeEventListener('message', take)
      tellPace(port)
      port.start()
      resolve(new RPCLink({ port }))
      state.set('open')
    })
  })
  bridge.requestPort()
  const client: Client = createORPCClient(new DynamicLink(() => ready))
  return { client, state: state.get, onState: state.listen, opened: state.opened }
}

/** So much is taken before it is said again. */
const paceBytes = 256 * 1024

/** Says how much this page has taken: the other side waits when that falls behind. */
function tellPace(port: MessagePort): void {
  let taken = 0
  let told = 0
  port.addEventListener('message', (event: MessageEvent<unknown>) => {
    taken += messageBytes(event.data)
    if (taken - told < paceBytes) return
    told = taken
    port.postMessage(takenMessage(taken))
  })
}
