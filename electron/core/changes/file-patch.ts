import { AppError } from '../../../shared/app-error.ts'
import type { Git } from '../git/git.ts'
import { linesOf } from './byte-lines.ts'
import type { ComparedFile } from './comparison.ts'
import { languageOf } from './languages.ts'
import { readObjects, type ObjectsAt } from './objects.ts'
import { readPatch, wholePatch, type PatchHunk } from './patch.ts'

export type PatchOptions = {
  /** Lines around each change. */
  context: number
  /** Whether white space counts. */
  whitespace: boolean
  /** The folder of files that name a language for git, see `languageOf`. */
  languages?: string
}

/** Both sides of a text and what differs; empty for whatever is no text. */
export type FilePatch = { old: Buffer; new: Buffer; hunks: PatchHunk[] }

/** Throws TOO_LARGE where the difference is more than can be shown. */
export async function patchOf(git: Git, at: ObjectsAt, file: ComparedFile, options: PatchOptions): Promise<FilePatch> {
  const isWhole = file.old === null || file.new === null || file.kind === 'type'
  const isSame = file.content !== 'text' || file.old?.object === file.new?.object
  const [[old, now], hunks] = await Promise.all([bothSides(git, at, file), isSame || isWhole ? [] : hunksOf(git, at, file, options)])
  if (isSame || !isWhole) return { old, new: now, hunks }
  return { old, new: now, hunks: [...wholePatch(linesOf(old), '-'), ...wholePatch(linesOf(now), '+')] }
}

async function bothSides(git: Git, at: ObjectsAt, file: ComparedFile): Promise<[Buffer, Buffer]> {
  const isText = file.content === 'text'
  const wanted = isText ? [file.old, file.new].flatMap((side) => (side ? [side.object] : [])) : []
  const found = await readObjects(git, at, wanted)
  const side = (entry: ComparedFile['old']): Buffer => {
    if (!isText || entry === null || entry.mode === '160000') return Buffer.alloc(0)
    const bytes = found.get(entry.object)
    if (!bytes) throw new AppError('STATE_CONFLICT', `What “${file.path}” was is no longer kept. Reload the changes.`)
    return bytes
  }
  return [side(file.old), side(file.new)]
}

async function hunksOf(git: Git, at: ObjectsAt, file: ComparedFile, options: PatchOptions): Promise<PatchHunk[]> {
  const { old, new: now } = file
  if (old === null || now === null) return []
  const language = options.languages === undefined ? null : languageOf(file.path)
  const output = await git.output(
    [
      'diff',
      `-U${options.context}`,
      ...(options.whitespace ? [] : ['-w']),
      // It is known to be a text, whatever its bytes and attributes say.
      '--text',
      // One of the user's would be looked for where there is none.
      '-O/dev/null',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--diff-algorithm=myers',
      '--inter-hunk-context=0',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      old.object,
      now.object,
    ],
    {
      ...at,
      ...(language === null ? {} : { config: [`core.attributesFile=${options.languages}/${language}`] }),
      maxBytes: 32_000_000,
    },
  )
  return readPatch(output)
}
