import { createORPCClient, DynamicLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { authorization, dropToken, signIn } from './access.ts'
import type { Client, Connection } from './client.ts'
import { StateHolder } from './state-holder.ts'

const retryMs = [250, 500, 1_000, 2_000, 4_000]

/** The way to the core from a browser: a WebSocket that is opened again, with growing pauses, until it is refused. */
export function socketConnection(given: string | null): Connection {
  let token = given
  const state = new StateHolder()
  let link: RPCLink<Record<never, never>> | null = null
  let failures = 0

  const open = (): void => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}/rpc`, ['bullpen', ...(token === null ? [] : [`bullpen.token.${token}`])])
    socket.addEventListener('open', () => {
      if (token !== null && failures === 0) void signIn(token)
      failures = 0
      link = new RPCLink({ websocket: socket })
      state.set('open')
    })
    socket.addEventListener('close', () => {
      link = null
      void closed()
    })
  }
  const closed = async (): Promise<void> => {
    if (state.get() === 'open') state.set('lost')
    const pause = retryMs[Math.min(failures, retryMs.length - 1)] ?? 4_000
    failures += 1
    if (await isRefused(token)) {
      if (token === null) return state.set('refused')
      // The browser may have signed in with a newer one.
      token = null
      dropToken()
      return open()
    }
    if (failures > 1) state.set('lost')
    setTimeout(open, pause)
    return undefined
  }
  open()
  const client: Client = createORPCClient(
    new DynamicLink(async () => {
      if (state.get() === 'connecting') await state.settled()
      if (link === null) throw new Error('The connection to Bullpen is lost.')
      return link
    }),
  )
  return { client, state: state.get, onState: state.listen, opened: state.opened }
}

/** A refused handshake looks like a server that is gone; an ordinary call tells them apart. */
async function isRefused(token: string | null): Promise<boolean> {
  try {
    const answer = await fetch('/api/health', { headers: authorization(token) })
    return answer.status === 401
  } catch {
    return false
  }
}
