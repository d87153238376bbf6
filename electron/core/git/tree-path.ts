import { sep } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const quote = 0x22
const letters = new Map([
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [quote, '"'],
  [0x5c, '\\'],
])
const bytesOfLetters = new Map([...letters].map(([byte, letter]) => [letter, byte]))

/** The spelling of a path as git has it: its text, or quoted where it is no UTF-8 or begins with a quotation mark. */
export function toTreePath(bytes: Uint8Array): TreePath {
  if (bytes[0] !== quote) {
    const text = asText(bytes)
    if (text !== null) return text
  }
  return `"${[...bytes].map(quoted).join('')}"`
}

/** The bytes of a path. Throws BAD_REQUEST for what `toTreePath` never answers. */
export function fromTreePath(path: TreePath): Buffer {
  const bytes = path.startsWith('"') ? unquoted(path) : Buffer.from(path)
  if (bytes === null || bytes.length === 0 || bytes.includes(0) || toTreePath(bytes) !== path) throw invalid(path)
  return bytes
}

/**
 * Where a path lies on the disk: text, or bytes where it is no text, which only POSIX systems have. Throws BAD_REQUEST for one that leads out of
 * the folder or into the data of a repository (`.git`, in any spelling that a system takes for it).
 */
export function diskPath(folder: string, path: TreePath): string | Buffer {
  const bytes = fromTreePath(path)
  const text = asText(bytes)
  const parts = (text ?? bytes.toString('latin1')).split('/')
  if (!parts.every(isSafePart)) throw invalid(path)
  const root = folder.endsWith(sep) ? folder : `${folder}${sep}`
  if (text !== null) return `${root}${parts.join(sep)}`
  if (sep !== '/') throw invalid(path)
  return Buffer.concat([Buffer.from(root), bytes])
}

/** Whether git keeps files of that path: none of its names is `.git`, in any spelling that a system takes for it. */
export function isKeptByGit(bytes: Buffer): boolean {
  return (asText(bytes) ?? bytes.toString('latin1')).split('/').every(isSafePart)
}

/** Names that some system takes for `.git`: without regard to case, with characters that are not seen, or in Windows' short form. */
const gitNames = /^(?:\.git|git~\d+)$/
// eslint-disable-next-line no-misleading-character-class -- each of them alone is dropped, as HFS+ does.
const unseen = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu

function isSafePart(part: string): boolean {
  if (part === '' || part === '.' || part === '..') return false
  if (
    gitNames.test(
      part
        .replaceAll(unseen, '')
        .toLowerCase()
        .replace(/[. ]+$/, ''),
    )
  )
    return false
  return process.platform !== 'win32' || !/[\\:]/.test(part)
}

function asText(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

function quoted(byte: number): string {
  const letter = letters.get(byte)
  if (letter !== undefined) return `\\${letter}`
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
}

function unquoted(path: string): Buffer | null {
  if (path.length < 2 || !path.endsWith('"')) return null
  const bytes: number[] = []
  const body = path.slice(1, -1)
  for (let at = 0; at < body.length; at += 1) {
    if (body[at] !== '\\') {
      bytes.push(body.charCodeAt(at) & 0xff)
      continue
    }
    const octal = /^[0-3][0-7]{2}/.exec(body.slice(at + 1))?.[0]
    const byte = octal === undefined ? bytesOfLetters.get(body[at + 1] ?? '') : Number.parseInt(octal, 8)
    if (byte === undefined) return null
    bytes.push(byte)
    at += octal === undefined ? 1 : 3
  }
  return Buffer.from(bytes)
}

function invalid(path: string): AppError {
  return new AppError('BAD_REQUEST', `“${path.slice(0, 200)}” is not a path within the folder. Take it from the list of changes.`)
}
