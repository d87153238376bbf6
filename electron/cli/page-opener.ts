import { execa } from 'execa'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeFileAtomic } from '../core/storage/atomic-file.ts'

/**
 * Opens a page whose address is a secret. Every user of a machine can read the command lines of all programs, so the browser is given a
 * file that only its user can read and that leads on to the page.
 */
export class PageOpener {
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, 'open.html')
  }

  /** Where there is no browser, the address that was printed is all there is to know. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async open(address: string): Promise<void> {
    await writeFileAtomic(this.#path, pageTo(address))
    const [command, ...args] = commandFor(this.#path)
    void execa(command, args, { stdio: 'ignore', detached: true, reject: false, timeout: 10_000 })
  }

  /** Takes the file away. */
  async close(): Promise<void> {
    await rm(this.#path, { force: true }).catch(() => {})
  }
}

function commandFor(path: string): [command: string, ...args: string[]] {
  if (process.platform === 'darwin') return ['open', path]
  return process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', path] : ['xdg-open', pathToFileURL(path).href]
}

function pageTo(address: string): string {
  const safe = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${safe}"><title>Bullpen</title><body><p><a href="${safe}">Open Bullpen</a></p></body></html>
`
}
