import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain, MessageChannelMain } from 'electron'
import { router } from '../core/api/router.ts'
import type { Core } from '../core/core.ts'
import { isOwnPage } from './security.ts'

/** Gives the contract to the page of our own window, and to nobody else, over a port. */
export function servePorts(core: Core): void {
  const handler = new RPCHandler(router)
  ipcMain.on('bullpen:port', (event) => {
    const { senderFrame } = event
    if (!senderFrame || senderFrame.parent !== null || !isOwnPage(senderFrame.url)) {
      core.log.warn({ url: senderFrame?.url }, 'a page that is not ours asked for a port')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    handler.upgrade(port1, { context: { core } })
    port1.start()
    senderFrame.postMessage('bullpen:port', null, [port2])
  })
}
