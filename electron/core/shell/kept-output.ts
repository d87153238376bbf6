import { longestShellOutput } from '../../../shared/domain/attachment.ts'

const headLength = Math.floor((longestShellOutput * 2) / 3)
const tailLength = longestShellOutput - headLength

/** What a command says, bounded: the beginning and the end, and how much was left out between them. */
export class KeptOutput {
  #head = ''
  #tail = ''
  #dropped = 0

  add(text: string): void {
    const room = headLength - this.#head.length
    this.#head += text.slice(0, Math.max(0, room))
    const rest = this.#tail + text.slice(Math.max(0, room))
    this.#dropped += Math.max(0, rest.length - tailLength)
    this.#tail = rest.slice(-tailLength)
  }

  /** All that is kept; what cannot be text is left out. */
  text(): string {
    const left = this.#dropped === 0 ? '' : `\n… ${this.#dropped.toLocaleString('en-US')} characters left out …\n`
    return `${this.#head}${left}${this.#tail}`.replaceAll('\0', '').toWellFormed()
  }

  /** The end of it. */
  last(length: number): string {
    return (this.#tail === '' ? this.#head : this.#tail).slice(-length).replaceAll('\0', '').toWellFormed()
  }
}
