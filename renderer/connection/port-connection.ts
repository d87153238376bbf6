import { createORPCClient, DynamicLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { messageBytes, portMessage, takenMessage, type DesktopBridge } from '../../shared/desktop-bridge.ts'
import type { Client, Connection } from './client.ts'
import { StateHolder } from './state-holder.ts'

const retryMs = 250

/** The way to the core from the desktop window: a port that its preload hands over. A port that is closed is followed by another. */
export function portConnection(bridge: DesktopBridge): Connection {
  const state = new StateHolder()
  let link: RPCLink<Record<never, never>> | null = null
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const [port] = event.ports
    if (event.source !== window || event.data !== portMessage || !port) return
    tellPace(port)
    port.addEventListener('close', () => {
      link = null
      state.set('lost')
      setTimeout(bridge.requestPort, retryMs)
    })
    link = new RPCLink({ port })
    port.start()
    state.set('open')
  })
  bridge.requestPort()
  const client: Client = createORPCClient(
    new DynamicLink(async () => {
      if (state.get() === 'connecting') await state.settled()
      if (link === null) throw new Error('The connection to Bullpen is lost.')
      return link
    }),
  )
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
