import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract/index.ts'
import type { App } from '../support/app.ts'
import { within } from '../support/until.ts'

export type Client = ContractRouterClient<Contract>

/** One open page's connection, without the page. Close it. */
export async function connect(app: App): Promise<{ client: Client; close: () => void }> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/rpc`, ['bullpen', `bullpen.token.${app.token}`])
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('The WebSocket was refused.')))
  })
  await within(10_000, 'the WebSocket to open', opened)
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }))
  return { client, close: () => socket.close() }
}
