import type { Dirent } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import * as yauzl from 'yauzl'
import { AppError } from '../../../shared/app-error.ts'
import { importLimits } from './limits.ts'
import { SourceFiles, ZipReader } from './source-files.ts'

/** A file that may hold conversations: on its own, in a folder, or in a zip. */
export type Piece = {
  /** Its path within what was chosen, for the report; it is never used as a path for writing. */
  name: string
  bytes: number
  /** The bytes, unpacked. */
  open: () => AsyncGenerator<Buffer, void, void>
}

/** A further file: its path, and the name it goes by in the report. */
export type NamedFile = { path: string; name: string }

/** What was chosen, as pieces. `left` are files that are nothing to import, with the reason. */
export type Source = { pieces: Piece[]; left: { name: string; reason: string }[]; close: () => void }

const chunkBytes = 256 * 1024

/** Looks at a file or folder. Throws FOLDER_MISSING, BAD_REQUEST, TOO_LARGE, with what to do. */
export async function openSource(
  path: string,
  name: string,
  beside: readonly NamedFile[] = [],
  files: SourceFiles = new SourceFiles(),
): Promise<Source> {
  const source = await openOne(path, name, files)
  for (const more of beside) {
    const found = files.stat(more.path)
    if (found?.isFile()) source.pieces.push(filePiece(more.path, more.name, found.size, isGzip(files.start(more.path, 2)), files))
  }
  return source
}

async function openOne(path: string, name: string, files: SourceFiles): Promise<Source> {
  const found = files.stat(path)
  if (!found) throw new AppError('FOLDER_MISSING', `There is no file or folder ${path}. Check the path.`, { data: { field: 'path' } })
  if (found.isDirectory()) return folderSource(path, files)
  if (!found.isFile()) throw new AppError('BAD_REQUEST', `${name} is not a file or folder. Choose one.`, { data: { field: 'path' } })
  const start = files.start(path, 4)
  if (start[0] === 0x50 && start[1] === 0x4b) return zipSource(path, found.size, files)
  return { pieces: [filePiece(path, basename(name), found.size, isGzip(start), files)], left: [], close: () => undefined }
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}

function filePiece(path: string, name: string, bytes: number, gzip: boolean, files: SourceFiles): Piece {
  return {
    name,
    bytes,
    open: () => {
      const chunks = files.bytes(path)
      if (!gzip) return chunks
      const unzip = createGunzip({ chunkSize: chunkBytes })
      // What fails is met by whoever reads on.
      pipeline(Readable.from(chunks, { objectMode: false }), unzip, () => {})
      return unpacked(bytesOf(unzip), bytes)
    },
  }
}

async function* bytesOf(stream: Readable): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk
  } finally {
    stream.destroy()
  }
}

async function* unpacked(chunks: AsyncGenerator<Buffer, void, void>, packedBytes: number): AsyncGenerator<Buffer, void, void> {
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (isBomb(total, packedBytes)) throw bomb()
    yield chunk
  }
}

function isBomb(unpackedBytes: number, packedBytes: number): boolean {
  const { ratioFreeBytes, unpackedRatio, unpackedBytes: most } = importLimits
  return unpackedBytes > most || (unpackedBytes > ratioFreeBytes && unpackedBytes > packedBytes * unpackedRatio)
}

function bomb(): AppError {
  return new AppError(
    'TOO_LARGE',
    'It unpacks to far more than its own size, as a zip bomb does. Unpack it yourself and import the folder.',
  )
}

/** Every file below a folder whose name fits; links are not followed, wherever they lead. */
function folderSource(root: string, files: SourceFiles): Source {
  const pieces: Piece[] = []
  const left: Source['left'] = []
  const others: Other[] = []
  const folders: { path: string; depth: number }[] = [{ path: root, depth: 0 }]
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const entry of entriesIn(folder.path, root, left, files)) {
      const path = join(folder.path, entry.name)
      const name = relative(root, path).split(sep).join('/')
      if (entry.isSymbolicLink()) left.push({ name, reason: 'It is a link; links are not followed.' })
      else if (entry.isDirectory() && folder.depth < importLimits.folderDepth) folders.push({ path, depth: folder.depth + 1 })
      else if (entry.isDirectory())
        left.push({ name, reason: `Folders are looked into ${importLimits.folderDepth} deep. Import it by itself.` })
      else if (entry.isFile() && mayHold(name)) {
        pieces.push(filePiece(path, name, files.stat(path)?.size ?? 0, name.endsWith('.gz'), files))
      } else if (entry.isFile() && mayBeOther(name, others)) others.push({ name, bytes: () => files.stat(path)?.size ?? 0 })
      else if (mayHold(name)) left.push({ name, reason: 'It is a pipe or a device, not a file.' })
      if (pieces.length + left.length > importLimits.files) throw tooMany()
    }
  }
  left.push(...otherParts(others, pieces))
  return { pieces: pieces.toSorted((a, b) => (a.name < b.name ? -1 : 1)), left, close: () => undefined }
}

function tooMany(): AppError {
  return new AppError('TOO_LARGE', `More than ${importLimits.files} files are in it. Import its parts one after the other.`)
}

function entriesIn(path: string, root: string, left: Source['left'], files: SourceFiles): Dirent[] {
  try {
    return files.list(path)
  } catch (thrown) {
    if (path === root)
      throw new AppError('FOLDER_UNREADABLE', `Bullpen has no permission to read ${path}. Change its permissions, then try again.`, {
        data: { field: 'path' },
        cause: thrown,
      })
    left.push({ name: relative(root, path), reason: 'Bullpen has no permission to read it.' })
    return []
  }
}

/** What else a claude.ai export holds and is not taken, beside its conversations: it is said, not passed over, once a file or folder. */
function otherParts(others: readonly Other[], pieces: readonly Piece[]): Source['left'] {
  const folders = new Set(pieces.flatMap(({ name }) => (/(^|\/)conversations\.json$/i.test(name) ? [folderOf(name)] : [])))
  const said = new Map<string, string>()
  for (const { name, bytes } of others) {
    const folder = [...folders].find((one) => name.startsWith(one))
    const [part = '', ...within] = folder === undefined ? [] : name.slice(folder.length).split('/')
    const label = `${folder ?? ''}${part}${within.length > 0 ? '/' : ''}`
    if (part === '' || part.toLowerCase() === 'users.json' || said.has(label) || bytes() <= emptyListBytes) continue
    const what = otherReasons.get(part.toLowerCase().replace(/\.json$/, '')) ?? 'This part of a claude.ai export is'
    said.set(label, `${what} not imported: only conversations are.`)
    if (said.size >= mostOtherParts) break
  }
  return [...said].map(([name, reason]) => ({ name, reason }))
}

/** Of a name, with the slash behind it; empty at the top. */
function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

type Other = { name: string; bytes: () => number }
const mostOthers = 10_000
const mostOtherParts = 20
const emptyListBytes = 2
const otherReasons: ReadonlyMap<string, string> = new Map([
  ['projects', 'Projects, with their instructions and documents, are'],
  ['memories', 'claude.ai’s memory of you is'],
])

/** Files of these names may hold conversations; the others of a folder are passed over. */
function mayHold(name: string): boolean {
  return /\.jsonl(\.gz)?$/i.test(name) || /(^|\/)tool-results\/[^/]+$/.test(name) || /(^|\/)(conversations|bullpen)\.json$/i.test(name)
}

function mayBeOther(name: string, others: readonly Other[]): boolean {
  return /\.json$/i.test(name) && !mayHold(name) && others.length < mostOthers
}

async function zipSource(path: string, zipBytes: number, files: SourceFiles): Promise<Source> {
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true }
  const zip = await yauzl.fromRandomAccessReaderPromise(new ZipReader(files, path), zipBytes, options).catch(badZip)
  try {
    const pieces: Piece[] = []
    const left: Source['left'] = []
    const others: Other[] = []
    if (zip.entryCount > importLimits.files) throw tooMany()
    let total = 0
    let packedBytes = 0
    for await (const entry of zip.eachEntry()) {
      total += entry.uncompressedSize
      packedBytes += entry.compressedSize
      // Entries that share bytes are how a small zip becomes a huge one.
      if (isBomb(total, zipBytes) || packedBytes > zipBytes) throw bomb()
      const { fileName: name } = entry
      if (mayBeOther(name, others)) others.push({ name, bytes: () => entry.uncompressedSize })
      if (name.endsWith('/') || !mayHold(name)) continue
      const reason = faultOf(entry)
      if (reason !== null) left.push({ name, reason })
      else pieces.push({ name, bytes: entry.uncompressedSize, open: () => entryBytes(zip, entry) })
    }
    left.push(...otherParts(others, pieces))
    return { pieces: pieces.toSorted((a, b) => (a.name < b.name ? -1 : 1)), left, close: () => zip.close() }
  } catch (thrown) {
    zip.close()
    return badZip(thrown)
  }
}

function faultOf(entry: yauzl.Entry): string | null {
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) return 'It is a link; links are not taken.'
  if (entry.isEncrypted()) return 'It is encrypted. Unpack the zip yourself and import the folder.'
  if (!entry.canDecodeFileData()) return 'It is packed in a way that cannot be read here. Unpack the zip yourself and import the folder.'
  return null
}

async function* entryBytes(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Buffer, void, void> {
  yield* bytesOf(await zip.openReadStreamPromise(entry))
}

/** Names that lead out of the zip, absolute ones, and everything that no honest program writes. */
function badZip(thrown: unknown): never {
  if (thrown instanceof AppError) throw thrown
  const what = thrown instanceof Error ? thrown.message : String(thrown)
  throw new AppError('BAD_REQUEST', `This zip is damaged or not an honest one (${what}). Make it again where it comes from.`, {
    cause: thrown,
  })
}
