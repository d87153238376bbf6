import { bridge } from '../../connection/bridge.ts'
import type { DraftView } from '../../state/draft-store.ts'
import type { ChangeDraft } from '../../state/drafts.ts'
import { takeFiles } from './take-files.ts'

type Into = { draft: DraftView; change: ChangeDraft; insert: (text: string) => void; setProblem: (problem: string | null) => void }

/** Files go into a draft: what can be sent as its parts, of others the path at the caret. */
export async function takeInto(files: readonly File[], { draft, change, insert, setProblem }: Into): Promise<void> {
  const { parts, paths, problems } = await takeFiles(files, draft.parts, (file) => bridge?.pathOf?.(file) ?? null)
  if (parts.length > 0) change((now) => ({ ...now, parts: [...now.parts, ...parts] }))
  if (paths.length > 0) insert(paths.map(quoted).join(' '))
  setProblem(problems.length > 0 ? problems.join(' ') : null)
}

/** A path as one word, whatever is in it. */
function quoted(path: string): string {
  return /^[\w./\\:~-]+$/.test(path) ? path : `"${path.replaceAll('"', '\\"')}"`
}
