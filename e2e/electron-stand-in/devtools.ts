import { spawn } from 'node:child_process'
import path from 'node:path'
import { z } from 'zod'
import { shellPath } from '../support/chromium.ts'

const answerSchema = z.object({
  id: z.number().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  sessionId: z.string().optional(),
})

const openedSchema = z.object({
  targetInfo: z.object({ targetId: z.string(), openerId: z.string() }).transform(({ targetId }) => ({ targetId })),
})

export type Params = Record<string, unknown>
type Waiting = { resolve: (result: Params) => void; reject: (error: Error) => void }
type Listener = (method: string, params: Params) => void

/** A Chromium of this process alone, spoken to over its DevTools protocol. It ends with this process, however that ends. */
export class Devtools {
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Map<string, Listener>()
  readonly #socket: WebSocket
  readonly #end: () => void
  readonly #unsent: string[] = []
  #lastId = 0

  private constructor(socket: WebSocket, end: () => void) {
    this.#socket = socket
    this.#end = end
    socket.addEventListener('message', ({ data }) => this.#take(answerSchema.parse(JSON.parse(String(data)))))
  }

  static async start(userData: string): Promise<Devtools> {
    const profile = path.join(userData, 'stand-in-profile')
    // The popups of the address bar are pages of their own, which would be loaded with every window.
    const unused = '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,OmniboxNext,AimEnabled'
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--no-startup-window',
      '--disable-gpu',
      // Electron tells a page that its port was closed at the other end; Chromium itself only does so with this.
      '--enable-blink-features=MessagePortCloseEvent',
      unused,
      `--user-data-dir=${profile}`,
    ]
    // With the pipe Chromium ends when its parent does; the port is for Playwright and for us.
    const binary = shellPath()
    if (binary === undefined) throw new Error('There is no Chromium. Install it, then try again.')
    const child = spawn(binary, [...flags, '--remote-debugging-pipe', '--remote-debugging-port=0'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    })
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('Chromium ended while it was starting.')))
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        process.stderr.write(text)
        const [, found] = /DevTools listening on (ws:\/\/\S+)/.exec(text) ?? []
        if (found) resolve(found)
      })
    })
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new Error('Chromium does not answer.')))
    })
    const devtools = new Devtools(socket, () => child.kill('SIGKILL'))
    await devtools.#refusePopups()
    return devtools
  }

  call(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    this.#lastId += 1
    const id = this.#lastId
    const text = JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })
    if (this.#unsent.push(text) === 1) setImmediate(() => this.#send())
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  /**
   * What a spec evaluates in main runs in the middle of whatever main does, as an interrupt. A message that Node's socket is given while
   * it is writing another one is lost, so all of them are written from the event loop.
   */
  #send(): void {
    for (const text of this.#unsent.splice(0)) this.#socket.send(text)
  }

  /** Events of one page. */
  listen(sessionId: string, listener: Listener): void {
    this.#listeners.set(sessionId, listener)
  }

  close(): void {
    this.#socket.close()
    this.#end()
  }

  /** What a page opened has been asked about by now and is never wanted; here Chromium opens it all the same. */
  #refusePopups(): Promise<Params> {
    this.listen('', (method, params) => {
      const { data } = openedSchema.safeParse(params)
      if (method === 'Target.targetCreated' && data) void this.call('Target.closeTarget', data.targetInfo).catch(() => {})
    })
    return this.call('Target.setDiscoverTargets', { discover: true })
  }

  #take({ id, result, error, method, params, sessionId }: z.infer<typeof answerSchema>): void {
    if (id === undefined) {
      if (method !== undefined) this.#listeners.get(sessionId ?? '')?.(method, params ?? {})
      return
    }
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.reject(new Error(error.message))
    else waiting?.resolve(result ?? {})
  }
}

let started: Promise<Devtools> | null = null

/** Starts the one Chromium of the app, with its profile in the user data folder. */
export function startDevtools(userData: string): Promise<Devtools> {
  started ??= Devtools.start(userData)
  return started
}

/** The Chromium that was started; windows come after that. */
export function devtools(): Promise<Devtools> {
  if (started === null) throw new Error('Windows can be made once the app is ready.')
  return started
}

export async function closeDevtools(): Promise<void> {
  ;(await started)?.close()
}
