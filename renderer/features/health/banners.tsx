import { CircleAlert, FlaskConical, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { attempt } from '../instances/instance-actions.ts'
import './health.css'

/** What the user has to know on every screen: no connection, a demo, no claude, a disk that is full. */
export function Banners() {
  const connection = usePool((state) => state.connection)
  const health = usePool((state) => state.health)
  const check = () => attempt(client.system.check())
  return (
    <>
      {connection === 'lost' && (
        <Banner icon={<Unplug size={15} strokeWidth={1.75} aria-hidden />} failed>
          Bullpen does not answer. It is tried again by itself; what you see may be old.
        </Banner>
      )}
      {health?.storageError && (
        <Banner icon={<CircleAlert size={15} strokeWidth={1.75} aria-hidden />} failed>
          {health.storageError.message}
        </Banner>
      )}
      {health?.claude.error && (
        <Banner
          icon={<CircleAlert size={15} strokeWidth={1.75} aria-hidden />}
          failed
          action={
            <Button small onClick={check}>
              Check again
            </Button>
          }
        >
          {health.claude.error.message}
        </Banner>
      )}
      {health?.demo && (
        <Banner
          icon={<FlaskConical size={15} strokeWidth={1.75} aria-hidden />}
          action={
            <Button small onClick={() => ui.openDialog({ name: 'sign-in' })}>
              How to sign in
            </Button>
          }
        >
          Demo model: answers are canned.
        </Banner>
      )}
    </>
  )
}

function Banner({
  icon,
  failed = false,
  action,
  children,
}: {
  icon: ReactNode
  failed?: boolean
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <div className={failed ? 'banner banner-failed' : 'banner'} role={failed ? 'alert' : 'status'}>
      {icon}
      <p>{children}</p>
      {action}
    </div>
  )
}
