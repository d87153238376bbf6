import { Check, ChevronDown, Ellipsis, GitFork, PanelRight, Plus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { ui } from '../../state/ui-store.ts'
import { OriginChip } from '../../ui/origin-chip.tsx'
import { ButtonMenu } from '../../ui/menu.tsx'
import { conversationEntries } from '../../commands/conversation-entries.ts'
import { formatWhen, plural } from '../../words/figures.ts'
import { answeringModel } from '../../words/instance-words.ts'
import { GitMenu } from '../changes/git-menu.tsx'
import { worktreeFact } from '../../words/worktree-words.ts'
import { TitleField } from './title-field.tsx'

export type ConversationHeaderProps = {
  conversation: Conversation | null
  instance: Instance | null
  /** The conversations of the instance, newest first. */
  siblings: readonly Conversation[]
  /** What it has cost so far. */
  cost: ReactNode
  inspectorOpen: boolean
  onToggleInspector: () => void
  onRename: (title: string) => Promise<void>
  onOpen: (conversationId: string) => void
  onNew: () => void
}

/** Title, who answers and what it has cost so far; other conversations of the same instance; details. */
export function ConversationHeader({
  conversation,
  instance,
  siblings,
  cost,
  inspectorOpen,
  onToggleInspector,
  onRename,
  onOpen,
  onNew,
}: ConversationHeaderProps) {
  const model = answeringModel(conversation, instance)
  const turns = conversation?.turnCount ?? 0
  const place = worktreeFact(instance, conversation?.cwd ?? null)
  const facts = [instance?.name ?? 'Not assigned yet', model, place, plural(turns, 'turn')].filter((fact) => fact !== null)
  return (
    <div className="conversation-header">
      <TitleField title={conversation?.title ?? ''} onRename={onRename} />
      <Switcher current={conversation?.id ?? null} siblings={siblings} onOpen={onOpen} onNew={onNew} />
      {conversation?.forkedFrom && (
        <button
          type="button"
          className="header-icon"
          aria-label="View forks"
          title="Forked from another conversation"
          onClick={() => ui.openDialog({ name: 'forks', id: conversation.id })}
        >
          <GitFork size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      {conversation?.origin && <OriginChip origin={conversation.origin} words="phrase" />}
      <span className="conversation-facts figure" title={facts.join(' · ')}>
        {facts.join(' · ')}
      </span>
      {cost}
      {conversation && <GitMenu conversationId={conversation.id} />}
      <span className="conversation-actions">
        <button
          type="button"
          className="header-icon"
          aria-label="New conversation"
          title="New conversation with this instance"
          onClick={onNew}
        >
          <Plus size={16} strokeWidth={1.75} aria-hidden />
        </button>
        {conversation && (
          <ButtonMenu entries={conversationEntries(conversation.id, conversation.state === 'archived')}>
            <button type="button" className="header-icon" aria-label="Conversation actions" title="Rename, move, fork, export, delete">
              <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
            </button>
          </ButtonMenu>
        )}
        <button
          type="button"
          className="header-icon"
          aria-label="Details"
          aria-pressed={inspectorOpen}
          title="Details: timing, tokens, cost, files"
          onClick={onToggleInspector}
        >
          <PanelRight size={16} strokeWidth={1.75} aria-hidden />
        </button>
      </span>
    </div>
  )
}

type SwitcherProps = Pick<ConversationHeaderProps, 'siblings' | 'onOpen' | 'onNew'> & { current: string | null }

const mostShown = 50

function Switcher({ current, siblings, onOpen, onNew }: SwitcherProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="header-icon header-switch"
        aria-label="Other conversations"
        title="Other conversations of this instance"
      >
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <section aria-label="Menu">
          <DropdownMenu.Content className="menu switcher" align="start" sideOffset={6} collisionPadding={12}>
            <DropdownMenu.Item className="menu-item switcher-item" onSelect={onNew}>
              <Plus size={14} strokeWidth={1.75} aria-hidden />
              <span>New conversation</span>
            </DropdownMenu.Item>
            {siblings.length > 0 && <DropdownMenu.Separator className="menu-line" />}
            {siblings.slice(0, mostShown).map((one) => (
              <DropdownMenu.Item key={one.id} className="menu-item switcher-item" onSelect={() => onOpen(one.id)}>
                {one.id === current ? <Check size={14} strokeWidth={1.75} aria-label="Open now" /> : <span className="switcher-space" />}
                <span>{one.title}</span>
                <span className="switcher-when figure">{formatWhen(one.updatedAt)}</span>
              </DropdownMenu.Item>
            ))}
            {siblings.length > mostShown && (
              <div className="switcher-more">{siblings.length - mostShown} older ones are in the Library</div>
            )}
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
