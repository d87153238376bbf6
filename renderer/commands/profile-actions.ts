import type { ShownProfile } from '../../shared/domain/profile.ts'
import { client } from '../connection/connection.ts'
import { ui } from '../state/ui-store.ts'
import { startWith } from './begin-conversation.ts'
import { attempt } from './instance-actions.ts'

/** Makes an instance from a profile in one click; one without a folder asks for it first, and one that allows everything shows what that means. */
export function newFromProfile({ id, cwd, permissionMode }: Pick<ShownProfile, 'id' | 'cwd' | 'permissionMode'>): void {
  if (cwd === undefined || permissionMode === 'bypassPermissions') return ui.openDialog({ name: 'create-instance', profile: id })
  return attempt(client.instances.create({ profile: id }).then(startWith))
}
