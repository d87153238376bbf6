import { CornerLeftUp, Folder, FolderSearch, History, type LucideIcon } from 'lucide-react'
import { useId, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react'
import { bridge } from '../../connection/bridge.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { shortPath } from '../../words/figures.ts'
import { folderChoices, inside, recentFolders, type FolderChoice } from './folder-choices.ts'
import { useFolders } from './use-folders.ts'
import './folder-field.css'

export type FolderFieldProps = {
  id: string
  value: string
  placeholder?: string
  onChange: (value: string) => void
  /** A folder was chosen or the field was left; for fields that save by themselves. */
  onDone?: (value: string) => void
  'aria-describedby': string
  'aria-invalid'?: boolean
}

/** A path: typed, completed while it is typed, found by looking into folders, or chosen in the system's own dialog. */
export function FolderField({ value, placeholder = '~/code/project', onChange, onDone, ...rest }: FolderFieldProps) {
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useFolderList(value)
  const choose = ({ path }: FolderChoice) => {
    onChange(path)
    list.lookInto(path)
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape' && list.isOpen) {
      list.close()
      input.current?.focus()
    } else if (event.key === 'ArrowDown' && !list.isOpen) list.open()
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
    else return
    event.preventDefault()
  }
  const onBlur = (event: FocusEvent<HTMLDivElement>) => {
    if (event.currentTarget.contains(event.relatedTarget)) return
    list.close()
    onDone?.(value.trim())
  }
  const pick = () => {
    bridge?.pickFolder(value || null).then(
      (folder) => {
        if (folder === null) return
        onChange(folder)
        onDone?.(folder)
      },
      () => undefined,
    )
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the field and of its list meet here
    <div
      className="folder-field"
      data-open-list={list.isOpen ? '' : undefined}
      data-listed={list.wasOpen ? '' : undefined}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    >
      <div className="input-row">
        <input
          ref={input}
          className="input input-code"
          data-step
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            onChange(event.target.value)
            list.type(event.target.value)
          }}
          {...rest}
        />
        <IconButton
          label="Browse folders"
          className="icon-button folder-look"
          icon={FolderSearch}
          aria-expanded={list.isOpen}
          aria-controls={listId}
          onClick={() => {
            if (list.isOpen) list.close()
            else list.open()
            input.current?.focus()
          }}
        />
        {bridge && <Button onClick={pick}>Choose…</Button>}
      </div>
      {list.isOpen && <FolderList id={listId} choices={list.choices} onChoose={choose} />}
    </div>
  )
}

const icons: Record<FolderChoice['kind'], LucideIcon> = { recent: History, up: CornerLeftUp, inside: Folder }

type FolderListProps = { id: string; choices: readonly FolderChoice[]; onChoose: (choice: FolderChoice) => void }

function FolderList({ id, choices, onChoose }: FolderListProps) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  return (
    <ul id={id} aria-label="Folders" className="folder-list">
      {choices.length === 0 && <li className="folder-none">No folders here.</li>}
      {choices.map((choice) => {
        const Icon = icons[choice.kind]
        return (
          <li key={`${choice.kind} ${choice.path}`}>
            <button type="button" tabIndex={-1} data-step className="folder-choice" onClick={() => onChoose(choice)}>
              <Icon size={14} strokeWidth={1.75} aria-hidden />
              {choice.kind === 'recent' && <b className="sr-only">Recent: </b>}
              <span>{shortPath(choice.label, { home })}</span>
              {choice.note !== null && <small>{shortPath(choice.note, { home })}</small>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Up and down go from the field into the list and back. */
function moveFocus(field: HTMLElement, step: number): void {
  const steps = [...field.querySelectorAll<HTMLElement>('[data-step]')]
  const at = steps.findIndex((element) => element === document.activeElement)
  steps[Math.min(steps.length - 1, Math.max(0, at + step))]?.focus()
}

/** What the list under the field offers. */
function useFolderList(value: string) {
  const separator = usePool((state) => state.health?.platform.separator ?? '/')
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const [prefix, setPrefix] = useState<string | null>(null)
  const [fresh, setFresh] = useState(false)
  const [wasOpen, setWasOpen] = useState(false)
  const folders = useFolders(prefix)
  const recent = useMemo(() => recentFolders(instances.values(), conversations.values()), [instances, conversations])
  const choices = useMemo(
    () => (prefix === null ? [] : folderChoices({ folders: folders.items, prefix, recent, separator, fresh })),
    [folders, prefix, recent, separator, fresh],
  )
  const show = (next: string | null, isFresh: boolean) => {
    setPrefix(next)
    setFresh(isFresh)
    if (next !== null) setWasOpen(true)
  }
  return {
    choices,
    isOpen: prefix !== null,
    wasOpen,
    open: () => show(inside(value.trim(), separator), true),
    close: () => show(null, false),
    type: (text: string) => show(text, false),
    lookInto: (path: string) => show(inside(path, separator), false),
  }
}
