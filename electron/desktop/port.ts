import { ipcMain, MessageChannelMain } from 'electron'
import type { Log } from '../core/log.ts'
import type { House } from './house.ts'
import { isOwnSender } from './security.ts'

/** Gives the contract to the page of our own window, and to nobody else, over a port. `house`: the one that is there, once one is. */
export function servePorts(house: () => Promise<House>, log: Log): void {
  ipcMain.on('bullpen:port', ({ senderFrame }) => {
    if (!isOwnSender(senderFrame)) return log.warn('a page that is not ours asked for a port')
    const { port1, port2 } = new MessageChannelMain()
    // Without any the app ends, and says why.
    void house().then(
      ({ attach }) => attach(port1),
      () => port1.close(),
    )
    return senderFrame.postMessage('bullpen:port', null, [port2])
  })
}
