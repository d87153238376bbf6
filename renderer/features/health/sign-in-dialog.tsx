import { useState } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { CheckButton } from './check-button.tsx'
import { claudeWords, guideFor } from '../../words/health-words.ts'
import './health.css'

/** How to get to a claude that runs and is signed in. */
export function SignInDialog() {
  const health = usePool((state) => state.health)
  const [said, setSaid] = useState<string | null>(null)
  if (!health) return null
  const { title, lead, steps } = guideFor(health)
  const { claude } = health
  const toSettings = () => {
    ui.closeDialog()
    ui.go({ name: 'settings' })
  }
  const footer = (
    <>
      {said !== null && <output className="dialog-foot-words">{said}</output>}
      {claude.error && <Button onClick={toSettings}>Settings</Button>}
      <CheckButton variant="primary" onChecked={(found) => setSaid(found.claude.error?.message ?? loginWords(found.claude))} />
    </>
  )
  return (
    <Dialog title={title} description={lead} onClose={ui.closeDialog} footer={footer}>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step}>
            <Step text={step} />
          </li>
        ))}
      </ol>
      {claude.path !== null && (
        <p className="field-hint">
          In use: {claudeWords(claude)} (<code>{claude.path}</code>)
        </p>
      )}
    </Dialog>
  )
}

function loginWords({ loggedIn, account }: { loggedIn: boolean; account: string | null }): string {
  return loggedIn ? `Signed in: ${account ?? 'yes'}.` : 'Not signed in yet.'
}

/** Every other piece between backticks is code. */
function Step({ text }: { text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={`${index} ${part}`}>{part}</code> : part))
}
