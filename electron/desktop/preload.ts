import { contextBridge, ipcRenderer } from 'electron'
import { bridgeName, portMessage, type DesktopBridge } from '../../shared/desktop-bridge.ts'

ipcRenderer.on('bullpen:port', (event) => window.postMessage(portMessage, '*', [...event.ports]))

const bridge: DesktopBridge = {
  requestPort: () => ipcRenderer.send('bullpen:port'),
  pickFolder: async (start) => {
    const folder: unknown = await ipcRenderer.invoke('bullpen:pick-folder', start)
    return typeof folder === 'string' ? folder : null
  },
  setBadge: (count) => ipcRenderer.send('bullpen:badge', count),
  onCommand: (listener) => listen('bullpen:command', listener),
  onOpenConversation: (listener) => listen('bullpen:open-conversation', listener),
}

function listen(channel: string, listener: (text: string) => void): () => void {
  const take = (_event: unknown, text: unknown): void => {
    if (typeof text === 'string') listener(text)
  }
  ipcRenderer.on(channel, take)
  return () => void ipcRenderer.off(channel, take)
}

contextBridge.exposeInMainWorld(bridgeName, bridge)
