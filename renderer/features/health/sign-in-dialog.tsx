import { useState } from 'react'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import './health.css'

/** How to get from canned answers to Claude's own. */
export function SignInDialog() {
  const health = usePool((state) => state.health)
  const [words, setWords] = useState<string | null>(null)
  const check = () => {
    client.system.check().then(
      ({ claude }) =>
        setWords(claude.loggedIn ? `Signed in: ${claude.account ?? 'yes'}. Restart Bullpen to use it.` : 'Not signed in yet.'),
      (thrown: unknown) => setWords(errorWords(thrown)),
    )
  }
  const footer = (
    <>
      {words !== null && <output>{words}</output>}
      <Button variant="primary" onClick={check}>
        Check again
      </Button>
    </>
  )
  return (
    <Dialog
      title="Sign in to Claude"
      description="Bullpen uses the account of Claude Code and never sees your password."
      onClose={ui.closeDialog}
      footer={footer}
    >
      <ol className="steps">
        <li>
          Open a terminal and run <code>claude</code>.
        </li>
        <li>
          Follow what it says; <code>/login</code> brings the sign-in back. An <code>ANTHROPIC_API_KEY</code> in the environment of Bullpen
          works too.
        </li>
        <li>End Bullpen and start it again without --demo. Your instances and conversations stay.</li>
      </ol>
      <p className="field-hint">
        {health?.claude.path
          ? `In use: Claude Code ${health.claude.version ?? ''}, ${health.claude.path}`
          : 'Claude Code was not found yet.'}
      </p>
    </Dialog>
  )
}
