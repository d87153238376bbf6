import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain, MessageChannelMain } from 'electron'
import { checkedInput } from '../core/api/call-input.ts'
import { router } from '../core/api/router.ts'
import type { Core } from '../core/core.ts'
import { PacedPort } from './paced-port.ts'
import { isOwnSender } from './security.ts'

/** Gives the contract to the page of our own window, and to nobody else, over a port. */
export function servePorts(core: Core): void {
  const handler = new RPCHandler(router, { clientInterceptors: [(call) => call.next({ ...call, input: checkedInput(call) })] })
  ipcMain.on('bullpen:port', ({ senderFrame }) => {
    if (!isOwnSender(senderFrame)) return core.log.warn('a page that is not ours asked for a port')
    const { port1, port2 } = new MessageChannelMain()
    const paced = new PacedPort(port1)
    handler.upgrade(paced, { context: { core, drained: () => paced.drained() } })
    port1.start()
    return senderFrame.postMessage('bullpen:port', null, [port2])
  })
}
