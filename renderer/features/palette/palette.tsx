import { Command as Cmdk } from 'cmdk'
import { MessageSquare } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useCommands } from '../../commands/commands.ts'
import { keysOf } from '../../commands/keys.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import { browse, find, findBeside, type PaletteEntry, type PaletteGroup, type PaletteSources } from './palette-entries.ts'
import './palette.css'

/** One field to go anywhere and do anything. */
export function Palette() {
  const open = useUi((state) => state.paletteOpen)
  const beside = useUi((state) => state.paletteBeside)
  return open ? <OpenPalette beside={beside} /> : null
}

/** `beside`: it offers conversations alone, to be opened beside the one that is shown. */
function OpenPalette({ beside }: { beside: boolean }) {
  const sources = useSources()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState('')
  const groups: PaletteGroup[] = beside
    ? [{ title: '', entries: findBeside(query, sources) }]
    : query.trim() === ''
      ? browse(sources)
      : [{ title: '', entries: find(query, sources) }]
  const entries = groups.flatMap((group) => group.entries)
  // What was chosen may have gone: an instance that was parked meanwhile has other actions.
  const current = entries.some(({ id }) => id === chosen) ? chosen : (entries[0]?.id ?? '')
  return (
    <Cmdk.Dialog
      open
      onOpenChange={(open) => ui.setPalette(open)}
      label={beside ? 'Open a conversation beside' : 'Command palette'}
      className="palette"
      overlayClassName="dialog-shade"
      shouldFilter={false}
      value={current}
      onValueChange={setChosen}
      loop
    >
      <Cmdk.Input
        placeholder={beside ? 'Open a conversation beside…' : 'Search or run a command…'}
        value={query}
        onValueChange={(text) => {
          setQuery(text)
          setChosen('')
        }}
      />
      <Cmdk.List>
        <Cmdk.Empty>No results</Cmdk.Empty>
        {groups.map(({ title, entries: lines }) => (
          <Cmdk.Group key={title} heading={title === '' ? undefined : title} value={title === '' ? 'found' : title}>
            {lines.map((entry) => (
              <Line key={entry.id} entry={entry} />
            ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
    </Cmdk.Dialog>
  )
}

function Line({ entry: { id, group, title, note, keys, mark, run } }: { entry: PaletteEntry }) {
  const choose = () => {
    ui.setPalette(false)
    run()
  }
  return (
    <Cmdk.Item value={id} onSelect={choose}>
      {mark && <StateMark mark={mark} />}
      {group === 'Conversations' && <MessageSquare size={14} strokeWidth={1.75} aria-hidden />}
      <span className="palette-title">{title}</span>
      {note !== undefined && <small className="figure">{note}</small>}
      {keys !== undefined && <kbd>{keysOf(keys)}</kbd>}
    </Cmdk.Item>
  )
}

function useSources(): PaletteSources {
  const commands = useCommands()
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const named = useMemo(() => [...instances.values()].toSorted((a, b) => a.name.localeCompare(b.name)), [instances])
  const newest = useMemo(() => [...conversations.values()].toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)), [conversations])
  return { commands, instances: named, conversations: newest, home }
}
