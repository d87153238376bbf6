import type { ClearValue, SecretInfo } from '../../../shared/domain/secret.ts'
import { useSetup } from '../../state/setup-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { formatWhen } from '../../words/figures.ts'
import { UsedBy } from './used-by.tsx'

/** Secrets by name, where they are kept, and values that should be some. */
export function SecretsPanel() {
  const secrets = useSetup((state) => state.secrets)
  if (!secrets) return null
  const { store, items, clear } = secrets
  return (
    <>
      <section aria-label="Secrets">
        <div className="setup-head">
          <p className="page-lead">
            {store.available ? (
              <>
                Kept in the {store.label}, never in Bullpen’s files. Write <code>{'${secret:NAME}'}</code> wherever an instance, profile or
                server needs one.
              </>
            ) : (
              store.reason
            )}
          </p>
          <div className="setup-acts">
            <Button small disabled={!store.available} onClick={() => ui.openDialog({ name: 'secret' })}>
              Add secret…
            </Button>
          </div>
        </div>
        {items.length === 0 && <p className="setup-none">No secrets yet.</p>}
        <ul className="setup-list">
          <SomeItems items={items} first={50} name="secrets">
            {(secret) => <SecretRow key={secret.name} secret={secret} canSet={store.available} />}
          </SomeItems>
        </ul>
      </section>
      {clear.length > 0 && (
        <section className="found-servers" aria-label="In plain text">
          <h2>In plain text</h2>
          <p className="page-lead">These look like keys and are stored in Bullpen’s files. They keep working.</p>
          <ul className="setup-list">
            <SomeItems items={clear} first={50} name="values">
              {(value, place) => <ClearItem key={place} value={value} canSet={store.available} />}
            </SomeItems>
          </ul>
        </section>
      )}
    </>
  )
}

function SecretRow({ secret: { name, changedAt, usedBy, readable }, canSet }: { secret: SecretInfo; canSet: boolean }) {
  return (
    <li className="setup-row">
      <div className="setup-words">
        <code>{name}</code>
        <small>{readable ? `Set ${formatWhen(changedAt)}` : 'Can’t be read here. Set it again to use it.'}</small>
        <UsedBy users={usedBy} />
      </div>
      <div className="setup-acts">
        <Button
          small
          variant="quiet"
          disabled={!canSet}
          aria-label={`Replace ${name}`}
          onClick={() => ui.openDialog({ name: 'secret', secret: name })}
        >
          Replace…
        </Button>
        <Button small variant="quiet" aria-label={`Delete ${name}`} onClick={() => ui.openDialog({ name: 'remove-secret', secret: name })}>
          Delete…
        </Button>
      </div>
    </li>
  )
}

function ClearItem({ value: { of, place }, canSet }: { value: ClearValue; canSet: boolean }) {
  return (
    <li className="setup-row">
      <div className="setup-words">
        <strong dir="auto">
          <VisibleText text={of.name} />
        </strong>
        <code dir="auto">
          <VisibleText text={place} />
        </code>
      </div>
      <div className="setup-acts">
        {of.kind === 'instance' && (
          <Button
            small
            disabled={!canSet || place.includes('.args.')}
            aria-label={`Make it a secret: ${place} of ${of.name}`}
            onClick={() => ui.openDialog({ name: 'take-secret', instanceId: of.id, place })}
          >
            Make it a secret…
          </Button>
        )}
      </div>
    </li>
  )
}
