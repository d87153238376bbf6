import type { Git } from '../git/git.ts'
import type { Picked } from './chosen.ts'
import { patchOf } from './file-patch.ts'
import type { ObjectsAt } from './objects.ts'
import type { PatchHunk } from './patch.ts'
import type { ChosenLines } from './pick-lines.ts'

const mostText = 40_000
const mostOfFile = 8_000
const mostNamed = 200

/** What Claude is asked for the message of a commit; `subjects` are those of the commits before, whose manner it should follow. */
export async function draftPrompt(
  git: Git,
  { at, whitespace, subjects }: { at: ObjectsAt; whitespace: boolean; subjects: readonly string[] },
  picked: readonly Picked[],
): Promise<string> {
  const parts: string[] = []
  let left = mostText
  for (const { file, lines } of picked.slice(0, mostNamed)) {
    const title = `${file.kind}: ${file.from === undefined ? '' : `${file.from} -> `}${file.path}`
    const { hunks } = left > 0 && file.content === 'text' ? await patchOf(git, at, file, { context: 1, whitespace }) : { hunks: [] }
    const text = textOf(hunks, lines).slice(0, Math.min(mostOfFile, left))
    left -= text.length
    parts.push(text === '' ? title : `${title}\n${text}`)
  }
  if (picked.length > mostNamed) parts.push(`and ${picked.length - mostNamed} more files`)
  const manner = subjects.length === 0 ? '' : `\nRecent commits of this repository, for its style:\n${subjects.join('\n')}\n`
  return [
    'Write the commit message for the changes below. Answer with the message alone: a subject of at most 72 characters in the imperative, and where',
    'it helps an empty line and a short body that says why. No quotes, no code fence, no trailers.',
    manner,
    `<commit-diff>\n${parts.join('\n\n')}\n</commit-diff>`,
  ].join('\n')
}

/** The chosen lines with those around them. */
function textOf(hunks: readonly PatchHunk[], lines: ChosenLines | null): string {
  const removed = lines === null ? null : new Set(lines.removed)
  const added = lines === null ? null : new Set(lines.added)
  const shown: string[] = []
  for (const hunk of hunks) {
    let [old, now] = [hunk.oldStart, hunk.newStart]
    shown.push(`@@ ${hunk.section.toString('utf8')}`)
    for (const { kind, bytes } of hunk.lines) {
      const isChosen = kind === '-' ? (removed?.has(old) ?? true) : kind === '+' ? (added?.has(now) ?? true) : true
      if (isChosen) shown.push(`${kind}${bytes.toString('utf8', 0, 500)}`)
      if (kind !== '+') old += 1
      if (kind !== '-') now += 1
    }
    if (shown.length > 2_000) break
  }
  return shown.join('\n')
}

/** What Claude answered, without what it put around the message all the same. */
export function messageOf(answer: string): string {
  const fenced = /^\s*```[a-z]*\n([\s\S]*?)\n```\s*$/.exec(answer)?.[1]
  return (fenced ?? answer).trim()
}
