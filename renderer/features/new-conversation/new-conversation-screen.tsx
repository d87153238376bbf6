import { Bot, Folder } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { anyInstance, chooseInstance, useChosenInstance, useLiveFor } from '../../state/new-conversation.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { composerPlaceholder } from '../../words/composer-words.ts'
import { shortPath } from '../../words/figures.ts'
import { stateWord } from '../../words/instance-words.ts'
import { permittedWords } from '../../words/permission-modes.ts'
import { Button } from '../../ui/button.tsx'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { ChoiceMenu } from '../live/choice-menu.tsx'
import { beginWithCommand, beginWithMessage } from './begin.ts'
import { NewMenus } from './new-menus.tsx'
import './new-conversation.css'

/** A conversation that begins with its first message: who gets it and where it works is chosen before. */
export function NewConversationScreen() {
  const instanceId = useChosenInstance()
  const instance = usePool((state) => (instanceId === null ? null : (state.instances.get(instanceId) ?? null)))
  const hasInstances = usePool((state) => state.instances.size > 0)
  const enterSends = usePool((state) => state.settings?.enterSends ?? true)
  const composer = useRef<ComposerHandle>(null)
  const isCovered = useUi((state) => state.dialog !== null)
  useEffect(() => {
    if (!isCovered) composer.current?.focus()
  }, [isCovered])
  const cwd = instance?.cwd ?? null
  const scope = useMemo(() => ({ conversationId: null, instanceId, cwd }), [instanceId, cwd])
  return (
    <main className="conversation-main new-conversation">
      <header className="conversation-header">
        <h1 className="conversation-title">New conversation</h1>
      </header>
      <div className="thread thread-empty">{hasInstances ? <Opening instance={instance} /> : <NoInstance />}</div>
      <div className="composer-place">
        <div className="composer-column">
          <Target instance={instance} onChosen={() => composer.current?.focus()} />
          <Composer
            ref={composer}
            draftKey="new"
            placeholder={composerPlaceholder(instance, 'new', false)}
            enterSends={enterSends}
            busy={false}
            closed={hasInstances ? null : 'Create an instance first.'}
            scope={scope}
            send={(prompt, from) => beginWithMessage(instanceId, prompt, from)}
            runCommand={(command) => beginWithCommand(instanceId, command)}
            stop={() => undefined}
            facts={instance && <NewMenus instance={instance} />}
          />
        </div>
      </div>
    </main>
  )
}

function Opening({ instance }: { instance: Instance | null }) {
  const chosen = useLiveFor(instance?.id ?? null).permissionMode ?? instance?.permissionMode
  return (
    <p>
      <strong>{instance ? `Ask ${instance.name} something.` : 'Ask something.'}</strong>
      <br />
      {instance ? permittedWords(chosen) : 'Bullpen picks an instance, and with it a folder, when you send the message.'} The first message
      becomes the title.
    </p>
  )
}

function NoInstance() {
  return (
    <p>
      An instance is a Claude Code session tied to a folder.
      <br />
      <Button onClick={() => ui.openDialog({ name: 'create-instance' })}>New instance…</Button>
    </p>
  )
}

/** Instance and folder, in plain sight above what is written. */
function Target({ instance, onChosen }: { instance: Instance | null; onChosen: () => void }) {
  const instances = usePool((state) => state.instances)
  const home = usePool((state) => state.health?.platform.home ?? null)
  if (instances.size === 0) return null
  const choices = [...instances.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, cwd, ...rest }) => ({
      value: id,
      label: name,
      hints: [`${shortPath(cwd, { home })} · ${stateWord({ ...rest })}`],
    }))
  const any = { value: anyInstance, label: 'Let Bullpen pick', hints: ['Any free instance, in whatever folder it works.'] }
  return (
    <div className="new-target">
      <ChoiceMenu
        name="Instance"
        shown={instance?.name ?? any.label}
        choices={instances.size > 1 ? [...choices, any] : choices}
        value={instance?.id ?? anyInstance}
        onChoose={(value) => {
          chooseInstance(value)
          onChosen()
        }}
      >
        <Bot size={14} strokeWidth={1.75} aria-hidden />
      </ChoiceMenu>
      {instance && (
        <span className="new-folder" title={instance.cwd}>
          <Folder size={14} strokeWidth={1.75} aria-hidden />
          <span className="sr-only">Folder </span>
          <bdi>{shortPath(instance.cwd, { home })}</bdi>
        </span>
      )}
    </div>
  )
}
