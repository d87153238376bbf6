import type { FileDiff } from '../../../shared/domain/changes.ts'
import type { Git } from '../git/git.ts'
import type { ComparedFile } from './comparison.ts'
import type { FilePatch } from './file-patch.ts'
import { readObjects, type ObjectsAt } from './objects.ts'
import { pictureType } from './picture.ts'
import { pageOfHunks } from './shown-hunks.ts'

const largestPicture = 5_000_000
const svgName = /\.svg"?$/i

/** What a file's difference is to whoever looks at it, from a line of it on, without who changed it. */
export async function fileDiffOf(
  git: Git,
  at: ObjectsAt,
  file: ComparedFile,
  { hunks }: FilePatch,
  fromLine: number,
): Promise<Omit<FileDiff, 'by'>> {
  const { old: _old, new: _new, ...shown } = file
  return { ...shown, ...(await pageOfHunks(hunks, fromLine)), ...(await beside(git, at, file)) }
}

type Beside = Pick<FileDiff, 'oldPicture' | 'newPicture' | 'oldTarget' | 'newTarget'>

/** Pictures of both sides, and where links lead. */
async function beside(git: Git, at: ObjectsAt, { path, content, old, new: now, oldSize, newSize }: ComparedFile): Promise<Beside> {
  const isPicture = content === 'picture' || (content === 'text' && svgName.test(path))
  const isLink = [old, now].some((side) => side?.mode === '120000')
  if (!isPicture && !isLink) return {}
  const sides = [
    { entry: old, size: oldSize },
    { entry: now, size: newSize },
  ].flatMap(({ entry, size }) => (entry !== null && (size ?? 0) <= largestPicture ? [entry.object] : []))
  const bytes = await readObjects(git, at, sides)
  const side = (entry: ComparedFile['old']): Buffer | undefined => (entry === null ? undefined : bytes.get(entry.object))
  return { ...named('old', old, side(old), isPicture), ...named('new', now, side(now), isPicture) }
}

function named(which: 'old' | 'new', entry: ComparedFile['old'], bytes: Buffer | undefined, isPicture: boolean): Beside {
  if (bytes === undefined) return {}
  if (entry?.mode === '120000') {
    const target = bytes.toString('utf8').slice(0, 4_096)
    return which === 'old' ? { oldTarget: target } : { newTarget: target }
  }
  const mediaType = isPicture ? pictureType(bytes) : null
  if (mediaType === null) return {}
  const picture = { mediaType, data: bytes.toString('base64') }
  return which === 'old' ? { oldPicture: picture } : { newPicture: picture }
}
