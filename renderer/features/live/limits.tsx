import { Gauge } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { Account, LimitWindow } from '../../../shared/domain/account.ts'
import { usePool } from '../../state/pool-store.ts'
import { accountWords, isNear, nearest, windowWords } from '../../words/limit-words.ts'
import { useNow } from '../../ui/use-now.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import './live.css'

/** How much of each plan is used, in the sidebar; opens all limits and whose they are. */
export function PlanUsage() {
  const accounts = usePool((state) => state.accounts)
  const now = new Date(useNow(true))
  const known = accounts.filter(({ windows }) => windows.length > 0)
  const most = nearest(known.flatMap(({ windows }) => windows))
  if (most === null) return null
  return (
    <Popover.Root>
      <Popover.Trigger className="sidebar-link plan-usage" data-near={isNear(most) || undefined}>
        <Gauge size={15} strokeWidth={1.75} aria-hidden />
        <span className="plan-usage-words">Plan usage</span>
        <span className="figure">{most.state === 'reached' ? 'Limit reached' : `${Math.round(most.usedPercent ?? 0)}%`}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu plan-popover"
          side="right"
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Plan usage"
        >
          {known.slice(0, 20).map((account) => (
            <AccountLimits key={account.id} account={account} now={now} />
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** An account with its limits. */
export function AccountLimits({ account, now }: { account: Account; now: Date }) {
  return (
    <section className="account-limits">
      <h2>
        <bdi>
          <VisibleText text={accountWords(account).slice(0, 300)} />
        </bdi>
      </h2>
      <ul>
        {account.windows.map((window) => (
          <li key={window.id}>
            <span className="account-limit">
              <span dir="auto">
                <VisibleText text={upperFirst(window.name.slice(0, 100))} />
              </span>
              <span className="figure">{windowWords(window, now)}</span>
            </span>
            <span className="context-gauge account-gauge" aria-hidden>
              <span style={{ width: `${Math.min(100, window.usedPercent ?? 0)}%` }} data-full={isNear(window) || undefined} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Said above the field where a message is written, once four fifths of a limit are used. */
export function LimitLine({ instanceId }: { instanceId: string }) {
  const account = usePool((state) => state.accounts.find(({ instanceIds }) => instanceIds.includes(instanceId)))
  const now = useNow(account !== undefined)
  const near: LimitWindow | null = nearest((account?.windows ?? []).filter(isNear))
  if (near === null) return null
  return (
    <output className="limit-line">
      <Gauge size={14} strokeWidth={1.75} aria-hidden />
      <span>
        {upperFirst(near.name)}: {windowWords(near, new Date(now))}
      </span>
    </output>
  )
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
