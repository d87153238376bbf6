import { Command as Cmdk } from 'cmdk'
import { useMemo, type ReactNode } from 'react'
import { useCommands } from '../../commands/commands.ts'
import { keysOf } from '../../commands/keys.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import { showInstance } from '../instances/instance-actions.ts'
import { markOf } from '../instances/instance-words.ts'
import './palette.css'

const mostConversations = 200

/** One field to go anywhere and do anything. */
export function Palette() {
  const open = useUi((state) => state.paletteOpen)
  return open ? <OpenPalette /> : null
}

function OpenPalette() {
  const commands = useCommands()
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const newest = useMemo(
    () => [...conversations.values()].toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(0, mostConversations),
    [conversations],
  )
  const groups = [...new Set(commands.map(({ group }) => group))]
  return (
    <Cmdk.Dialog open onOpenChange={ui.setPalette} label="Go to or do" className="palette" overlayClassName="dialog-shade" loop>
      <Cmdk.Input placeholder="Go to an instance or a conversation, or do something" />
      <Cmdk.List>
        <Cmdk.Empty>Nothing fits. Try a name, a title or a verb.</Cmdk.Empty>
        {instances.size > 0 && (
          <Cmdk.Group heading="Instances">
            {[...instances.values()].map((instance) => (
              <Item key={instance.id} value={`${instance.name} ${instance.id}`} run={() => showInstance(instance)}>
                <StateMark mark={markOf(instance)} />
                <span className="palette-title">{instance.name}</span>
              </Item>
            ))}
          </Cmdk.Group>
        )}
        {groups.map((group) => (
          <Cmdk.Group key={group} heading={group}>
            {commands
              .filter((command) => command.group === group && command.id !== 'palette')
              .map(({ id, title, keys, run }) => (
                <Item key={id} value={`${title} ${id}`} run={run}>
                  <span className="palette-title">{title}</span>
                  {keys !== undefined && <kbd>{keysOf(keys)}</kbd>}
                </Item>
              ))}
          </Cmdk.Group>
        ))}
        {newest.length > 0 && (
          <Cmdk.Group heading="Conversations">
            {newest.map(({ id, title }) => (
              <Item key={id} value={`${title} ${id}`} run={() => ui.go({ name: 'conversation', id })}>
                <span className="palette-title">{title}</span>
              </Item>
            ))}
          </Cmdk.Group>
        )}
      </Cmdk.List>
    </Cmdk.Dialog>
  )
}

function Item({ value, run, children }: { value: string; run: () => void; children: ReactNode }) {
  const choose = () => {
    ui.setPalette(false)
    run()
  }
  return (
    <Cmdk.Item value={value} onSelect={choose}>
      {children}
    </Cmdk.Item>
  )
}
