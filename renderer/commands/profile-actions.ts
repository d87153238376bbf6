import type { ShownProfile } from '../../shared/domain/profile.ts'
import { client } from '../connection/connection.ts'
import { ui } from '../state/ui-store.ts'
import { startWith } from './begin-conversation.ts'
import { attempt } from './instance-actions.ts'

/** Makes an instance from a profile in one click; one without a folder asks for it first. */
export function newFromProfile({ id, cwd }: Pick<ShownProfile, 'id' | 'cwd'>): void {
  if (cwd === undefined) return ui.openDialog({ name: 'create-instance', profile: id })
  return attempt(client.instances.create({ profile: id }).then(startWith))
}
