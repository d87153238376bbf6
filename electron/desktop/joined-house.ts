import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { LogFile } from '../core/log.ts'
import type { Client, House } from './house.ts'
import { relay } from './relay.ts'

export type JoinOptions = {
  /** Of the web shell that has the data folder. */
  url: string
  token: string
  home: string
  env: NodeJS.ProcessEnv
}

const openLimitMs = 5_000
const largestMessage = 160 * 1024 * 1024

/** Joins a Bullpen that runs already, as a service for example: the windows show it, and it goes on when they are closed. Throws where it does not answer. */
export async function joinHouse({ url, token, home, env }: JoinOptions): Promise<House> {
  const open = () =>
    new WebSocket(`${url.replace(/^http/, 'ws')}/rpc`, 'bullpen', {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: openLimitMs,
      maxPayload: largestMessage,
      perMessageDeflate: false,
    })
  const socket = open()
  await once(socket, 'open')
  const logFile = new LogFile(home, env['BULLPEN_LOG'] ?? 'info', 'window')
  logFile.logger.info({ url }, 'joined a Bullpen that runs already')
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }))
  const gone = Promise.withResolvers<void>()
  socket.on('error', (error) => logFile.logger.warn({ err: error }, 'the Bullpen that runs already was lost'))
  let isClosed = false
  socket.once('close', () => isClosed || gone.resolve())
  return {
    client,
    log: logFile.logger,
    attach: (port) => {
      relay(port, open())
      port.start()
    },
    gone: gone.promise,
    close: async () => {
      isClosed = true
      socket.terminate()
      await logFile.close()
    },
  }
}
