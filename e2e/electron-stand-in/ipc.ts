import { EventEmitter } from 'node:events'

type Handler = (event: unknown, ...args: unknown[]) => unknown

class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    this.#handlers.set(channel, handler)
  }

  async invoke(channel: string, event: unknown, args: unknown[]): Promise<unknown> {
    return this.#handlers.get(channel)?.(event, ...args)
  }
}

export const ipcMain = new IpcMain()
