import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeName, portMessage, type DesktopBridge } from '../../shared/desktop-bridge.ts'

const mostKept = 20

ipcRenderer.on('bullpen:port', (event) => window.postMessage(portMessage, '*', [...event.ports]))
const onCommand = textsOf('bullpen:command')
const onOpen = textsOf('bullpen:open')

const bridge: DesktopBridge = {
  requestPort: () => ipcRenderer.send('bullpen:port'),
  pickFolder: (start) => chosen(ipcRenderer.invoke('bullpen:pick-folder', start)),
  pickFile: () => chosen(ipcRenderer.invoke('bullpen:pick-file')),
  pickSave: (name) => chosen(ipcRenderer.invoke('bullpen:pick-save', name)),
  pathOf: (file) => (file instanceof File ? webUtils.getPathForFile(file) || null : null),
  setBadge: (count) => ipcRenderer.send('bullpen:badge', count),
  openWindow: (address) => ipcRenderer.send('bullpen:open-window', address),
  onCommand,
  onOpen,
}

async function chosen(answer: Promise<unknown>): Promise<string | null> {
  const path = await answer
  return typeof path === 'string' ? path : null
}

/** Hands on the texts of a channel; what came before the page was ready to listen is kept for it. */
function textsOf(channel: string): (listener: (text: string) => void) => () => void {
  const kept: string[] = []
  const listeners = new Set<(text: string) => void>()
  ipcRenderer.on(channel, (_event, text: unknown) => {
    if (typeof text !== 'string') return
    for (const listener of listeners) listener(text)
    if (listeners.size === 0 && kept.length < mostKept) kept.push(text)
  })
  return (listener) => {
    listeners.add(listener)
    for (const text of kept.splice(0)) listener(text)
    return () => void listeners.delete(listener)
  }
}

contextBridge.exposeInMainWorld(bridgeName, bridge)
