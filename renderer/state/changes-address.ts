import { againstSchema } from '../../shared/domain/changes.ts'
import { idSchema } from '../../shared/domain/common.ts'

/** What a conversation changed: compared with what, and the file that is looked at. */
export type ChangesScreen = {
  name: 'changes'
  id: string
  /** As in the contract; the start of the conversation when absent. */
  against?: string
  path?: string
  /** A line of the file as it is now, to be shown. */
  line?: number
}

/** `#/changes/conv_1?against=head&file=src%2Fa.ts`. */
export function changesAddress({ id, against, path, line }: ChangesScreen): string {
  const query = new URLSearchParams()
  if (against !== undefined && against !== 'start') query.set('against', against)
  if (path !== undefined) query.set('file', path)
  if (line !== undefined) query.set('line', String(line))
  const words = query.toString()
  return `#/changes/${id}${words === '' ? '' : `?${words}`}`
}

/** The screen of such an address; null when it is none. */
export function changesAt(address: string): ChangesScreen | null {
  const [, id = '', words = ''] = /^#\/changes\/([^/?]+)(?:\?(.*))?$/.exec(address) ?? []
  if (!idSchema.safeParse(id).success) return null
  const query = new URLSearchParams(words)
  const against = query.get('against')
  const path = query.get('file')
  const line = Number(query.get('line') ?? '0')
  return {
    name: 'changes',
    id,
    ...(against !== null && againstSchema.safeParse(against).success ? { against } : {}),
    ...(path !== null && path !== '' ? { path } : {}),
    ...(Number.isInteger(line) && line > 0 ? { line } : {}),
  }
}
