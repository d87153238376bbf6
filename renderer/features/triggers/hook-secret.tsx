import { useState } from 'react'
import { curlExample } from '../../../shared/domain/hook-example.ts'
import type { Trigger } from '../../../shared/domain/trigger.ts'
import { client } from '../../connection/connection.ts'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { errorWords } from '../../words/error-words.ts'
import { hookAddress } from './hook-words.ts'

/** A new secret, with all that is needed to call the hook. */
export function HookSecret({ trigger, secret }: { trigger: Trigger; secret: string }) {
  return (
    <div className="trigger-hook">
      <p>Copy it now: it won’t be shown again. Callers sign with it, as in Standard Webhooks.</p>
      <Code label="Secret" text={secret} />
      <HookCall trigger={trigger} secret={secret} />
    </div>
  )
}

/** Where a hook is called, and how. */
export function HookCall({ trigger, secret = null }: { trigger: Trigger; secret?: string | null }) {
  const address = hookAddress(trigger.hookPath ?? '', location)
  return (
    <>
      <Code label="Address" text={address} />
      <Code label="Example" text={curlExample(address, secret)} />
    </>
  )
}

function Code({ label, text }: { label: string; text: string }) {
  return (
    <div className="trigger-code">
      <span className="field-label">{label}</span>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard has to get into it */}
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  )
}

/** Asks first: callers that sign with the old secret are refused from then on. */
export function RenewSecretDialog({ trigger }: { trigger: Trigger }) {
  const [secret, setSecret] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const renew = () =>
    void client.triggers.renewSecret({ id: trigger.id }).then(
      (made) => setSecret(made.secret),
      (thrown: unknown) => setProblem(errorWords(thrown)),
    )
  const footer =
    secret === null ? (
      <>
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <Button variant="quiet" onClick={ui.closeDialog}>
          Cancel
        </Button>
        <Button variant="danger" onClick={renew}>
          Renew secret
        </Button>
      </>
    ) : (
      <Button variant="primary" onClick={ui.closeDialog}>
        Done
      </Button>
    )
  return (
    <Dialog title={secret === null ? 'Renew the secret?' : `Secret of ${trigger.name}`} onClose={ui.closeDialog} footer={footer}>
      {secret === null ? (
        <p>Calls signed with the old secret are refused from now on.</p>
      ) : (
        <HookSecret trigger={trigger} secret={secret} />
      )}
    </Dialog>
  )
}
