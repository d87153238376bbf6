import { AppError } from '../../../shared/app-error.ts'
import { killGit, type GitChild } from '../git/git-process.ts'

type Waiting = { resolve: (bytes: Buffer) => void; reject: (error: AppError) => void }

const mostBytes = 64 * 1024 * 1024
const newline = 0x0a

/** One `git cat-file --batch`: objects are asked for and come in the same order. */
export class ObjectBatch {
  readonly #child: GitChild
  #waiting: Waiting[] = []
  #chunks: Buffer[] = []
  #length = 0
  #ended = false

  constructor(child: GitChild) {
    this.#child = child
    child.stderr.resume()
    child.once('error', () => this.end())
    child.once('close', () => this.end())
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      this.#take()
    })
  }

  /** True when nothing more can be asked. */
  get ended(): boolean {
    return this.#ended
  }

  /** True while answers are to come. */
  get busy(): boolean {
    return this.#waiting.length > 0
  }

  read(object: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${object}\n`)
    })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    killGit(this.#child)
    const error = new AppError('UNAVAILABLE', 'The file could not be read just now. Try again.')
    for (const { reject } of this.#waiting) reject(error)
    this.#waiting = []
    this.#chunks = []
  }

  /** Answers all that have come whole. */
  #take(): void {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const head = this.#header()
      if (head === null) return
      if (head.size === null) {
        this.#cut(head.length)
        next.reject(objectGone())
      } else if (head.size > mostBytes) {
        this.#waiting.shift()
        next.reject(new AppError('TOO_LARGE', 'This file is too large to be read as a whole.'))
        return this.end()
      } else {
        // A line end follows the bytes.
        if (this.#length < head.length + head.size + 1) return
        next.resolve(Buffer.from(this.#cut(head.length + head.size + 1).subarray(head.length, head.length + head.size)))
      }
      this.#waiting.shift()
    }
  }

  /** `<object> <type> <size>`, or `<object> missing`. */
  #header(): { length: number; size: number | null } | null {
    const bytes = this.#joined(200)
    const end = bytes.indexOf(newline)
    if (end < 0) return null
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(bytes.toString('latin1', 0, end))?.[1]
    return { length: end + 1, size: size === undefined ? null : Number(size) }
  }

  /** The beginning of what has come, in one piece of at least that length where there is so much. */
  #joined(least: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks
    if (first.length >= Math.min(least, this.#length)) return first
    this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#joined(0)
  }

  #cut(length: number): Buffer {
    const all = this.#joined(length)
    this.#chunks[0] = all.subarray(length)
    this.#length -= length
    if (this.#chunks[0].length === 0) this.#chunks.shift()
    return all.subarray(0, length)
  }
}

export function objectGone(): AppError {
  return new AppError('NOT_FOUND', 'This version of the file is no longer kept. Load the list again.')
}
