import { windowKeySchema, workspaceSchema, type Workspace } from '../../shared/domain/workspace.ts'
import { recall, remember } from './page-memory.ts'

const mainKey = 'main'
const storedKey = 'bullpen:window'
const stored = 'bullpen:workspace'

/** How this window is called: as the desktop shell says in its address, else by a name of its own for as long as the tab lives. */
export const windowKey: string = givenKey() ?? tabKey()

/** What this window showed last, as far as this computer's browser knows: in its own tab, else in any. */
export function recallWorkspace(): Workspace | null {
  const own = parsed(session()?.getItem(stored) ?? null)
  return own ?? (isShared() ? recall('workspace', workspaceSchema) : null)
}

export function rememberWorkspace(workspace: Workspace): void {
  try {
    session()?.setItem(stored, JSON.stringify(workspace))
  } catch {
    // There is no room: the core has it.
  }
  if (isShared()) remember('workspace', workspace)
}

/** What is kept for the next start is what any tab showed, but of the desktop's windows the first: the core tells the others of theirs. */
function isShared(): boolean {
  return windowKey === mainKey || givenKey() === null
}

function givenKey(): string | null {
  return windowKeySchema.safeParse(new URLSearchParams(location.search).get('window')).data ?? null
}

function tabKey(): string {
  const known = windowKeySchema.safeParse(session()?.getItem(storedKey)).data
  if (known !== undefined) return known
  const made = `tab-${crypto.randomUUID().slice(0, 13)}`
  try {
    session()?.setItem(storedKey, made)
  } catch {
    // Then it is another window after each reload.
  }
  return made
}

function session(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

function parsed(text: string | null): Workspace | null {
  try {
    return workspaceSchema.safeParse(JSON.parse(text ?? 'null')).data ?? null
  } catch {
    return null
  }
}
