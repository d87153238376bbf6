import { chmod } from 'node:fs/promises'
import { writeFileAtomic } from '../core/storage/atomic-file.ts'
import { newToken } from './access-guard.ts'
import type { Problems } from '../core/storage/problems.ts'
import { readWebFile, webFilePath, type WebFile } from '../core/storage/web-file.ts'

const renewed =
  'web.json could not be read, so Bullpen has a new token. Earlier links and sign-ins no longer work; open the address that Bullpen printed when it started.'

/**
 * What makes an address of the web shell last: its token and its port, which lie in `web.json` of the data folder, where the user
 * alone can read them.
 */
export class WebAccess {
  readonly token: string
  /** Where the web shell was the last time; null before the first. */
  readonly port: number | null
  readonly #path: string
  readonly #isStored: boolean

  private constructor(path: string, kept: WebFile, isStored: boolean) {
    this.#path = path
    this.token = kept.token
    this.port = kept.port
    this.#isStored = isStored
  }

  /**
   * With `renew` the token is a new one: whoever has the old one, or signed in with it, is out. The same where the file cannot be read, and
   * `problems` hears of that.
   */
  static async open(dataFolder: string, { renew, problems }: { renew: boolean; problems: Problems }): Promise<WebAccess> {
    const path = webFilePath(dataFolder)
    const { text, found } = await readWebFile(dataFolder)
    // It may have been copied without its mode.
    if (found) await chmod(path, 0o600).catch(() => {})
    if (found && !renew) return new WebAccess(path, found, true)
    if (text !== null && !found && !renew) problems.raise(`file:${path}`, { message: renewed, path, dismissible: true })
    return new WebAccess(path, { token: newToken(), port: found?.port ?? null }, false)
  }

  /** Writes where it is now. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async remember(port: number): Promise<void> {
    if (this.#isStored && port === this.port) return
    await writeFileAtomic(this.#path, `${JSON.stringify({ token: this.token, port })}\n`)
  }
}
