import { toAppError, type ErrorInfo } from '../../../shared/app-error.ts'

/** Others are about what was asked for. */
const ofTheDisk: ReadonlySet<string> = new Set(['DISK_FULL', 'DATA_FOLDER_READONLY', 'INTERNAL'])

/** Says once when nothing can be written any more, and once when it can again. */
export class WriteWatch {
  readonly #onChange: (error: ErrorInfo | null) => void
  #failed = false

  constructor(onChange: (error: ErrorInfo | null) => void) {
    this.#onChange = onChange
  }

  /** Answers and throws what the write does. */
  async watch<T>(write: () => Promise<T>): Promise<T> {
    try {
      const done = await write()
      this.#say(null)
      return done
    } catch (thrown) {
      const error = toAppError(thrown)
      if (ofTheDisk.has(error.code)) this.#say(error.toInfo())
      throw thrown
    }
  }

  #say(error: ErrorInfo | null): void {
    if (this.#failed === (error !== null)) return
    this.#failed = error !== null
    this.#onChange(error)
  }
}
