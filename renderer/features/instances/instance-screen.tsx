import { useMemo } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { BackgroundTasks } from '../conversations/background-tasks.tsx'
import { Composer } from '../composer/composer.tsx'
import { AccountLimits } from '../live/limits.tsx'
import { McpPanel } from '../live/mcp-panel.tsx'
import { beginWithCommand, beginWithMessage } from '../new-conversation/begin.ts'
import { NewMenus } from '../new-conversation/new-menus.tsx'
import { composerPlaceholder } from '../../words/composer-words.ts'
import { useNow } from '../../ui/use-now.ts'
import { lifeEntries } from '../../commands/instance-actions.ts'
import { instanceFacts } from './instance-facts.ts'
import { FromProfile } from './from-profile.tsx'
import { InstanceNotice } from './instance-notice.tsx'
import { InstanceTalks } from './instance-talks.tsx'
import { SharedFolder } from '../worktrees/shared-folder.tsx'
import { WorktreePanel } from '../worktrees/worktree-panel.tsx'
import { markOf, stateWord } from '../../words/instance-words.ts'
import './instances.css'

/** An instance: how it is, what can be done with it, what it is, and a place to begin a conversation. */
export function InstanceScreen({ id }: { id: string }) {
  const instance = usePool((state) => state.instances.get(id))
  const conversations = useConversations(id)
  const now = useNow(instance !== undefined)
  if (!instance) return <main className="page" />
  return (
    <main className="instance-screen">
      <Head instance={instance} />
      <div className="instance-scroll">
        <div className="instance-column">
          <InstanceNotice instance={instance} now={now} />
          <FromProfile instance={instance} />
          <SharedFolder instance={instance} />
          <BackgroundTasks instance={instance} />
          <Acts instance={instance} />
          <WorktreePanel key={`worktree ${id}`} instance={instance} />
          <Facts instance={instance} conversations={conversations} now={now} />
          <AccountOf instanceId={id} />
          <McpPanel key={id} instance={instance} />
          <InstanceTalks instanceId={id} current={instance.conversationId} conversations={conversations} />
        </div>
      </div>
      <FirstMessage instance={instance} />
    </main>
  )
}

function Head({ instance }: { instance: Instance }) {
  const { id, name } = instance
  return (
    <header className="instance-head">
      <StateMark mark={markOf(instance)} />
      <h1>{name}</h1>
      <span className="instance-state">{stateWord(instance)}</span>
      <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'edit-instance', id })}>
        Edit…
      </Button>
      <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'create-instance', like: id })}>
        Duplicate…
      </Button>
      <Button small variant="quiet" className="instance-remove" onClick={() => ui.openDialog({ name: 'remove-instance', id })}>
        Remove…
      </Button>
    </header>
  )
}

/** What can be done now, each with what will happen. */
function Acts({ instance }: { instance: Instance }) {
  const canFreeze = usePool((state) => state.health?.platform.canFreeze ?? false)
  return (
    <ul className="life">
      {lifeEntries(instance, canFreeze).map(({ id, label, hint, run }) => (
        <li key={id}>
          <Button small aria-describedby={`life-${id}`} onClick={run}>
            {label}
          </Button>
          <span id={`life-${id}`}>{hint}</span>
        </li>
      ))}
    </ul>
  )
}

function Facts({ instance, conversations, now }: { instance: Instance; conversations: readonly Conversation[]; now: number }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const complete = usePool((state) => state.olderConversations === null)
  return (
    <div className="fact-groups">
      {instanceFacts(instance, { now, home, conversations, complete }).map(({ title, facts }) => (
        <section key={title}>
          <h2>{title}</h2>
          <dl className="facts">
            {facts.map(({ name, value, code }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="figure">{code ? <code>{value}</code> : value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}

/** Whom it works for, and how much of the plan is used. */
function AccountOf({ instanceId }: { instanceId: string }) {
  const account = usePool((state) => state.accounts.find(({ instanceIds }) => instanceIds.includes(instanceId)))
  const now = useNow(account !== undefined)
  if (!account || account.heardAt === null) return null
  return (
    <section aria-label="Account">
      <h2 className="instance-section">Account</h2>
      <AccountLimits account={account} now={new Date(now)} />
    </section>
  )
}

function FirstMessage({ instance }: { instance: Instance }) {
  const { id, cwd } = instance
  const scope = useMemo(() => ({ conversationId: null, instanceId: id, cwd }), [id, cwd])
  const enterSends = usePool((state) => state.settings?.enterSends ?? true)
  return (
    <div className="composer-place">
      <div className="composer-column">
        <Composer
          draftKey={id}
          placeholder={composerPlaceholder(instance, '', false)}
          enterSends={enterSends}
          busy={false}
          closed={null}
          scope={scope}
          send={(prompt, from) => beginWithMessage(id, prompt, from)}
          runCommand={(command) => beginWithCommand(id, command)}
          stop={() => undefined}
          facts={
            <>
              <span className="composer-folder">Starts a new conversation</span>
              <NewMenus instance={instance} />
            </>
          }
        />
      </div>
    </div>
  )
}

function useConversations(id: string): Conversation[] {
  const conversations = usePool((state) => state.conversations)
  return useMemo(
    () =>
      [...conversations.values()].filter(({ instanceId }) => instanceId === id).toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)),
    [conversations, id],
  )
}
