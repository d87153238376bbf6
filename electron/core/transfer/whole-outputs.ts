import { basename } from 'node:path'
import type { Block } from '../../../shared/domain/message.ts'
import type { TranscriptLine } from '../vault/transcript.ts'
import type { Piece } from './import-sources.ts'
import { importLimits } from './limits.ts'

const { outputBytes, outputsBytes } = importLimits

/** Outputs of tools that were too long for the transcript and lie beside it. */
export class WholeOutputs {
  readonly #pieces: ReadonlyMap<string, Piece>
  #left: number = outputsBytes

  /** By the names of their files. */
  constructor(pieces: ReadonlyMap<string, Piece>) {
    this.#pieces = pieces
  }

  /** Puts what lies beside in the place of the preview in these lines; what is left out of it is said. */
  async fill(lines: readonly TranscriptLine[]): Promise<void> {
    if (this.#pieces.size === 0) return
    for (const line of lines) {
      if (line.kind !== 'user' || line.says !== 'results') continue
      for (const block of line.blocks) await this.#fillBlock(block, line.outputFile)
    }
  }

  async #fillBlock(block: Block, outputFile: string | null): Promise<void> {
    if (block.type !== 'tool_result') return
    const name = fileIn(block.output, outputFile)
    const piece = name === null ? undefined : this.#pieces.get(name)
    if (!piece || this.#left <= 0) return
    const text = await textOf(piece)
    if (text === null) return
    this.#left -= text.length
    block.output = text
  }
}

/** The file that an answer of a tool names as the place of the whole; null when it names none. */
function fileIn(output: string, outputFile: string | null): string | null {
  const start = output.slice(0, 4_000)
  if (!start.startsWith('<persisted-output>') && !/saved to/i.test(start)) return null
  const named = /tool-results[\\/]([\w.-]{1,200})/.exec(start)?.[1]
  return named ?? (outputFile === null ? null : basename(outputFile.replaceAll('\\', '/')))
}

/** As far as it is shown; null for what is no text. */
async function textOf(piece: Piece): Promise<string | null> {
  const parts: Buffer[] = []
  let total = 0
  for await (const chunk of piece.open()) {
    if (total < outputBytes) parts.push(chunk.subarray(0, outputBytes - total))
    total += chunk.length
  }
  const bytes = Buffer.concat(parts)
  if (bytes.includes(0)) return null
  const more = total - bytes.length
  return more > 0 ? `${bytes.toString('utf8')}\n[${more} more bytes are in ${basename(piece.name)}.]` : bytes.toString('utf8')
}
