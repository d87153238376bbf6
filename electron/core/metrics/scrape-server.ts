import { createServer, type Server } from 'node:http'
import type { Log } from '../log.ts'
import type { ScrapeToken } from './scrape-token.ts'

export type ScrapeServerOptions = {
  /** The port to listen on, or null for none: asked at the start and whenever `follow` is called. */
  port: () => number | null
  token: ScrapeToken
  text: () => Promise<{ contentType: string; text: string }>
  log: Log
}

/** `/metrics` on this machine alone, for the shell that has no web server of its own. */
export class ScrapeServer {
  readonly #options: ScrapeServerOptions
  #server: Server | null = null
  #port: number | null = null

  constructor(options: ScrapeServerOptions) {
    this.#options = options
    this.follow()
  }

  /** Listens where the settings say now. A port that is taken is told in the log, and tried again with the next change. */
  follow(): void {
    const port = this.#options.port()
    if (port === this.#port) return
    void this.close()
    this.#port = port
    if (port === null) return
    const server = createServer((request, response) => {
      const { token, text } = this.#options
      const isOwn = request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`
      const status = !isOwn || request.headers.origin !== undefined ? 403 : !token.accepts(request.headers.authorization) ? 401 : 200
      if (status !== 200 || request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
        response.writeHead(status === 200 ? 404 : status).end()
        return
      }
      text().then(
        (answer) => response.writeHead(200, { 'content-type': answer.contentType, 'cache-control': 'no-store' }).end(answer.text),
        () => response.writeHead(500).end(),
      )
    })
    server.on('error', (error) => {
      this.#port = null
      this.#options.log.warn({ err: error, port }, 'metrics are not served')
    })
    server.listen(port, '127.0.0.1')
    server.unref()
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#port = null
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
}
