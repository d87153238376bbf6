import { CircleAlert, FlaskConical, HardDrive, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react'
import { client } from '../../connection/connection.ts'
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
  return bannersOf(connection, health).map((banner) => <Banner key={banner.id + banner.words} banner={banner} />)
}

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
  return (
    <div className={`banner banner-${tone}`} role={tone === 'failed' ? 'alert' : 'status'}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <p>{words}</p>
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
