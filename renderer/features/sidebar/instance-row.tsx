import { Pin } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { showInstance } from '../../commands/instance-actions.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import { useMinute, useNow } from '../../ui/use-now.ts'
import { plural } from '../../words/figures.ts'
import { instanceFigure, instanceLine, instanceNote, markOf, stateWord, ticks } from '../../words/instance-words.ts'
import { formatAge } from '../../words/times.ts'
import { MoreButton } from './more-button.tsx'

export type InstanceRowProps = {
  instance: Instance
  /** Conversations of it with news. */
  unread: number
  current: boolean
  pinned: boolean
  home: string | null
  /** Chooses all from the one chosen before to this one. */
  pickRange: (id: string) => void
}

/** An instance in the sidebar, on one line: its state, its name, what it does, and everything that can be done with it. */
export const InstanceRow = memo(function InstanceRow({ instance, unread, current, pinned, home, pickRange }: InstanceRowProps) {
  const { id, name, cwd } = instance
  const now = useNow(ticks(instance))
  const minute = useMinute()
  const isPicked = useSidebar(({ picked }) => picked.has(id))
  const line = instanceLine(instance, { now, home })
  return (
    <div className="instance-row" data-current={current} data-picked={isPicked} data-instance={id} data-menu={id}>
      <button
        type="button"
        className="instance-open"
        data-row
        aria-current={current ? 'page' : undefined}
        title={`${name} · ${cwd}\n${line}\n${memoryWords(instance)}`}
        onClick={(event) => open(event, instance, pickRange)}
      >
        <StateMark mark={markOf(instance)} />
        <span className="instance-name">
          <bdi>{name}</bdi>
          {pinned && <Pin className="pin-mark" size={11} strokeWidth={1.75} aria-label="Pinned" />}
          {unread > 0 && <span className="unread-dot" aria-hidden />}
        </span>
        <span className={instance.approvals > 0 ? 'instance-line instance-line-wanted' : 'instance-line'}>
          <span className="sr-only">
            {isPicked && 'Selected. '}
            {stateWord(instance)}. {unread > 0 && `${plural(unread, 'new answer')}. `}
          </span>
          {instanceNote(instance, now)}
        </span>
        <span className="instance-figure figure">{figureOf(instance, now, minute)}</span>
      </button>
      <MoreButton className="instance-more" label={`Actions for ${name}`} />
    </div>
  )
})

/** With Ctrl or ⌘ one more is chosen, with Shift all up to it; otherwise it is shown. */
function open(event: MouseEvent, instance: Instance, pickRange: (id: string) => void): void {
  if (event.ctrlKey || event.metaKey) return sidebar.pick(instance.id)
  if (event.shiftKey) return pickRange(instance.id)
  return showInstance(instance)
}

/** How long it has worked, or how long ago it did. */
function figureOf(instance: Instance, now: number, minute: number): string | null {
  if (instance.busySince !== null) return instanceFigure(instance, now)
  return instance.lastUsedAt === null ? null : formatAge(instance.lastUsedAt, minute)
}

function memoryWords({ process }: Instance): string {
  return process?.memoryMb ? `${process.memoryMb} MB` : 'No process'
}
