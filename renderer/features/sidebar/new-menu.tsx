import { Plus } from 'lucide-react'
import { newInstanceKeys } from '../../commands/commands.ts'
import { keysOf } from '../../commands/keys.ts'
import { newFromProfile } from '../../commands/profile-actions.ts'
import { useSetup } from '../../state/setup-store.ts'
import { ui } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'

const most = 20

/** Makes an instance: at once where there are no profiles, else from one of them or by hand. */
export function NewMenu() {
  const profiles = useSetup((state) => state.profiles) ?? []
  const create = () => ui.openDialog({ name: 'create-instance' })
  const hint = `New instance (${keysOf(newInstanceKeys)})`
  if (profiles.length === 0) return <IconButton label="New instance" hint={hint} icon={Plus} onClick={create} />
  const entries: MenuEntry[] = [
    { id: 'new', label: 'New instance…', run: create },
    'line',
    ...profiles.slice(0, most).map((profile) => ({
      id: profile.id,
      label: `New from ${profile.name}`,
      hint: profile.note?.slice(0, 80),
      run: () => newFromProfile(profile),
    })),
    ...(profiles.length > most ? [{ id: 'more', label: 'All profiles', run: () => ui.go({ name: 'profiles' }) }] : []),
  ]
  return (
    <ButtonMenu entries={entries}>
      <IconButton label="New instance" hint={hint} icon={Plus} />
    </ButtonMenu>
  )
}
