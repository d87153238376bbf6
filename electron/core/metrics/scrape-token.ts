import { randomBytes, timingSafeEqual, createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../storage/atomic-file.ts'

const tokenShape = /^[A-Za-z0-9_-]{43}$/

/**
 * The secret that Prometheus shows to read `/metrics`. It stays the same over restarts, opens nothing else, and lies in a file
 * that only the user can read, so that a scrape configuration can name it as `credentials_file`.
 */
export class ScrapeToken {
  readonly path: string
  readonly #digest: Buffer

  private constructor(path: string, token: string) {
    this.path = path
    this.#digest = digest(token)
  }

  static async open(home: string): Promise<ScrapeToken> {
    const path = join(home, 'metrics-token')
    const kept = await readFile(path, 'utf8').catch(() => '')
    if (tokenShape.test(kept.trim())) return new ScrapeToken(path, kept.trim())
    const token = randomBytes(32).toString('base64url')
    await writeFileAtomic(path, `${token}\n`)
    return new ScrapeToken(path, token)
  }

  /** Whether an Authorization header carries it. Takes the same time whatever was sent. */
  accepts(authorization: string | undefined): boolean {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization?.trim() ?? '') ?? []
    return token !== undefined && timingSafeEqual(digest(token), this.#digest)
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
