import { CircleAlert, FlaskConical, HardDrive, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { plural } from '../../words/figures.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { CheckButton } from './check-button.tsx'
import { bannersOf, type BannerSpec } from '../../words/health-words.ts'
import './health.css'

/** What the user has to know on every screen: no connection, a demo, no claude, nobody signed in, a disk that is full. */
export function Banners() {
  const connection = usePool((state) => state.connection)
  const health = usePool((state) => state.health)
  const [isOpen, setOpen] = useState(false)
  const all = bannersOf(connection, health)
  const folded = isOpen ? [] : all.filter(({ id }) => id === 'problem').slice(mostProblems)
  return (
    <>
      {all
        .filter((banner) => !folded.includes(banner))
        .map((banner) => (
          <Banner key={banner.id + banner.words} banner={banner} />
        ))}
      {folded.length > 0 && (
        <div className="banner banner-failed">
          <TriangleAlert size={15} strokeWidth={1.75} aria-hidden />
          <p>{plural(folded.length, 'more problem')}</p>
          <Button small onClick={() => setOpen(true)}>
            Show all
          </Button>
        </div>
      )}
    </>
  )
}

/** More of them would leave little room for the work. */
const mostProblems = 3

const icons: Record<BannerSpec['id'], LucideIcon> = {
  lost: Unplug,
  storage: HardDrive,
  problem: TriangleAlert,
  claude: CircleAlert,
  'signed-out': KeyRound,
  demo: FlaskConical,
}

function Banner({ banner: { id, tone, words, help, check, dismisses } }: { banner: BannerSpec }) {
  const Icon = icons[id]
  // What happened stands out from what to do about it.
  const [, told = words, rest = ''] = /^(.+?[.!?])\s+(\S[^]*)$/.exec(words) ?? []
  return (
    <div className={`banner banner-${tone}`} role={tone === 'failed' ? 'alert' : 'status'}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <p>
        <strong>{told}</strong>
        {rest !== '' && ` ${rest}`}
      </p>
      {help !== null && (
        <Button small onClick={() => ui.openDialog({ name: 'sign-in' })}>
          {help}
        </Button>
      )}
      {check && <CheckButton small />}
      {dismisses !== undefined && (
        <Button small onClick={() => void dismiss(dismisses)}>
          Dismiss
        </Button>
      )}
    </div>
  )
}

async function dismiss(id: string): Promise<void> {
  try {
    await client.system.dismissProblem({ id })
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}
