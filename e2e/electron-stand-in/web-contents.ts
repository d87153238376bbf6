import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { devtools, type Devtools, type Params } from './devtools.ts'
import { ipcMain } from './ipc.ts'
import { mainWorldScript, preloadScript } from './page-scripts.ts'
import { HandedPort, type MainPort } from './ports.ts'
import { answerRequest, toAppUrl, toPageUrl } from './protocol.ts'

const portDataSchema = z.object({ text: z.string().optional(), base64: z.string().optional() })
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send'), channel: z.string(), args: z.array(z.unknown()) }),
  z.object({ kind: z.literal('invoke'), id: z.number(), channel: z.string(), args: z.array(z.unknown()) }),
  z.object({ kind: z.literal('port'), id: z.number(), data: portDataSchema }),
])
const contextSchema = z.object({
  context: z.object({ id: z.number(), name: z.string(), auxData: z.object({ frameId: z.string().optional() }) }),
})
const world = 'preload'
const all: WebContents[] = []

/** A page in Chromium, as Electron's main sees it. */
export class WebContents extends EventEmitter {
  readonly #preload: string
  readonly #ports = new Map<number, MainPort>()
  readonly #ready: Promise<void>
  #devtools: Devtools | null = null
  #session = ''
  #target = ''
  #context: number | null = null
  /** Rejects when the page that is there now is gone: Chromium may not answer what was asked of it then. */
  #gone = pageGone()
  #url = 'about:blank'
  /** What main itself asked for: Electron asks about the ways of the page only. */
  #expected: string | null = null
  #lastPort = 0
  #destroyed = false
  #openHandler: (details: { url: string }) => unknown = () => ({ action: 'deny' })

  constructor(preload: string) {
    super()
    this.#preload = preload
    this.#ready = this.#open()
    all.push(this)
  }

  static fromDevToolsTargetId(id: string): WebContents | undefined {
    return all.find((one) => one.#target === id)
  }

  get mainFrame() {
    const postMessage = (channel: string, _message: unknown, ports: readonly unknown[]) => this.#deliver(channel, [], ports)
    return { url: this.getURL(), parent: null, postMessage }
  }

  getURL(): string {
    return toAppUrl(this.#url)
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.#openHandler = handler
  }

  /** For specs: what a page does that opens a window. Playwright loses a page now and then whose window is closed at once. */
  askToOpen(url: string): void {
    this.#openHandler({ url })
  }

  send(channel: string, ...args: unknown[]): void {
    this.#deliver(channel, args, [])
  }

  async load(url: string): Promise<void> {
    await this.#ready
    this.#expected = toPageUrl(url)
    await this.#call('Page.navigate', { url: toPageUrl(url) })
  }

  reload(): void {
    void this.#call('Page.reload').catch(() => {})
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const asked = this.#call('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true })
    const { result } = await Promise.race([asked, this.#gone.promise])
    return z.object({ value: z.unknown() }).parse(result).value
  }

  forcefullyCrashRenderer(): void {
    const page = this.#gone
    // Chromium refuses now and then, for example while the page goes elsewhere; Electron does not.
    const crash = (): void => {
      this.#call('Page.crash').catch((thrown: unknown) => {
        const isThere = this.#gone === page && !this.#destroyed
        if (isThere && !String(thrown).includes('crashed')) setTimeout(crash, 20)
      })
    }
    crash()
  }

  close(): void {
    void this.#ready.then(() => this.#devtools?.call('Target.closeTarget', { targetId: this.#target })).catch(() => {})
    this.destroyed()
  }

  destroyed(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.emit('destroyed')
  }

  async #open(): Promise<void> {
    const tools = (this.#devtools = await devtools())
    const created = await tools.call('Target.createTarget', { url: 'about:blank', newWindow: true })
    this.#target = z.string().parse(created['targetId'])
    const attached = await tools.call('Target.attachToTarget', { targetId: this.#target, flatten: true })
    this.#session = z.string().parse(attached['sessionId'])
    tools.listen(this.#session, (method, params) => this.#take(method, params))
    await this.#call('Page.enable')
    await this.#call('Inspector.enable')
    await this.#call('Runtime.enable')
    await this.#call('Runtime.addBinding', { name: 'standIn', executionContextName: world })
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript })
    const source = preloadScript(this.#preload === '' ? '' : readFileSync(this.#preload, 'utf8'))
    await this.#call('Page.addScriptToEvaluateOnNewDocument', { source, worldName: world })
    await this.#call('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    await this.#call('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'iframe' }],
    })
  }

  /** A frame with an origin of its own has a session of its own; what it loads is answered as what the page loads is. */
  async #frameAttached(params: Params): Promise<void> {
    const { sessionId } = z.object({ sessionId: z.string() }).parse(params)
    this.#devtools?.listen(sessionId, (method, asked) => {
      if (method === 'Fetch.requestPaused') void this.#request(asked, sessionId).catch(() => {})
    })
    await this.#call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId)
    await this.#call('Runtime.runIfWaitingForDebugger', {}, sessionId)
  }

  #call(method: string, params: Params = {}, session = this.#session): Promise<Params> {
    if (!this.#devtools) throw new Error('The page is not open yet.')
    return this.#devtools.call(method, params, session)
  }

  #take(method: string, params: Params): void {
    if (method === 'Runtime.bindingCalled' && params['name'] === 'standIn')
      this.#message(messageSchema.parse(JSON.parse(String(params['payload']))))
    if (method === 'Runtime.executionContextCreated') this.#contextCreated(params)
    // A page that is gone meanwhile waits for no answer.
    if (method === 'Fetch.requestPaused') void this.#request(params).catch(() => {})
    if (method === 'Target.attachedToTarget') void this.#frameAttached(params).catch(() => {})
    if (method === 'Page.frameNavigated') this.#navigated(params)
    if (method === 'Page.loadEventFired') this.#loaded()
    if (method === 'Page.windowOpen') this.#openHandler({ url: toAppUrl(String(params['url'])) })
    if (method === 'Runtime.executionContextsCleared') this.#left()
    if (method === 'Inspector.targetCrashed') {
      this.#left()
      this.emit('render-process-gone', {}, { reason: 'crashed' })
    }
    if (method === 'Inspector.detached') this.destroyed()
  }

  #contextCreated(params: Params): void {
    const { context } = contextSchema.parse(params)
    if (context.name === world && context.auxData.frameId === this.#target) this.#context = context.id
  }

  #navigated(params: Params): void {
    const { frame } = z.object({ frame: z.object({ url: z.string(), parentId: z.string().optional() }) }).parse(params)
    if (frame.parentId !== undefined) return
    this.#url = frame.url
  }

  #loaded(): void {
    if (this.#url === 'about:blank') return
    this.emit('did-finish-load')
    this.emit('page-shown')
  }

  /** The page that had the ports is gone. */
  #left(): void {
    this.#context = null
    this.#gone.reject(new Error('The page is gone.'))
    this.#gone = pageGone()
    for (const port of this.#ports.values()) port.close()
    this.#ports.clear()
  }

  async #request(params: Params, session = this.#session): Promise<void> {
    const { requestId, request, resourceType } = z
      .object({ requestId: z.string(), resourceType: z.string(), request: z.object({ url: z.string() }) })
      .parse(params)
    const url = toAppUrl(request.url)
    if (url.startsWith('app://')) {
      await this.#call('Fetch.fulfillRequest', { requestId, ...(await answerRequest(url)) }, session)
      return
    }
    // Electron asks before it leaves the page; a request for a document is such a leave.
    let prevented = false
    if (resourceType === 'Document' && request.url !== this.#expected)
      this.emit('will-navigate', { url, preventDefault: () => (prevented = true) })
    const answer = prevented ? { requestId, errorReason: 'Aborted' } : { requestId }
    await this.#call(prevented ? 'Fetch.failRequest' : 'Fetch.continueRequest', answer, session)
  }

  #message(message: z.infer<typeof messageSchema>): void {
    const event = { sender: this, senderFrame: this.mainFrame }
    if (message.kind === 'port') this.#ports.get(message.id)?.take(message.data)
    else if (message.kind === 'send') ipcMain.emit(message.channel, event, ...message.args)
    else void ipcMain.invoke(message.channel, event, message.args).then((value) => this.#toPage({ kind: 'invoked', id: message.id, value }))
  }

  #deliver(channel: string, args: unknown[], handed: readonly unknown[]): void {
    const ports = handed.map((port) => {
      if (!(port instanceof HandedPort)) throw new TypeError('Only ports can be handed over.')
      this.#lastPort += 1
      const id = this.#lastPort
      this.#ports.set(id, port.main)
      return { id, main: port.main }
    })
    this.#toPage({ kind: 'message', channel, args, ports: ports.map(({ id }) => id) })
    for (const { id, main } of ports) main.join((data) => this.#toPage({ kind: 'port', id, data }))
  }

  #toPage(message: unknown): void {
    if (this.#destroyed || this.#context === null) return
    this.#call('Runtime.evaluate', { expression: `standInTake(${JSON.stringify(message)})`, contextId: this.#context }).catch(() => {})
  }
}

function pageGone(): PromiseWithResolvers<never> {
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => {})
  return gone
}
