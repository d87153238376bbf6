import { Ellipsis } from 'lucide-react'
import { memo } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { ButtonMenu, RightClickMenu } from '../../ui/menu.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { plural } from '../../words/figures.ts'
import { useNow } from '../../ui/use-now.ts'
import { instanceEntries, showInstance } from '../../commands/instance-actions.ts'
import { instanceFigure, instanceLine, markOf, stateWord, ticks } from '../../words/instance-words.ts'

export type InstanceRowProps = {
  instance: Instance
  /** Conversations of it with news. */
  unread: number
  current: boolean
  home: string | null
}

/** An instance in the sidebar: its state, what it does, and everything that can be done with it. */
export const InstanceRow = memo(function InstanceRow({ instance, unread, current, home }: InstanceRowProps) {
  const now = useNow(ticks(instance))
  const line = instanceLine(instance, { now, home })
  const entries = instanceEntries(instance)
  return (
    <RightClickMenu entries={entries}>
      <div className="instance-row" data-current={current} data-instance={instance.id}>
        <button
          type="button"
          className="instance-open"
          data-row
          aria-current={current ? 'page' : undefined}
          title={`${instance.name} · ${instance.cwd}\n${line}`}
          onClick={() => showInstance(instance)}
        >
          <StateMark mark={markOf(instance)} />
          <span className="instance-name">
            {instance.name}
            {unread > 0 && <span className="unread-dot" aria-hidden />}
          </span>
          <span className="instance-figure figure">{instanceFigure(instance, now)}</span>
          <span className={instance.approvals > 0 ? 'instance-line instance-line-wanted' : 'instance-line'}>
            <span className="sr-only">
              {stateWord(instance)}. {unread > 0 && `${plural(unread, 'new answer')}. `}
            </span>
            {line}
          </span>
        </button>
        <ButtonMenu entries={entries} side="right">
          <IconButton className="icon-button instance-more" label={`Actions for ${instance.name}`} icon={Ellipsis} size={15} />
        </ButtonMenu>
      </div>
    </RightClickMenu>
  )
})
