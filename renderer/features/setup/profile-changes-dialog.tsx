import { useEffect, useId, useState } from 'react'
import type { ProfileDifference, ShownProfile } from '../../../shared/domain/profile.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { settingName, settingWords } from './setting-words.ts'
import './setup.css'

type Compared = { profile: ShownProfile | null; differences: readonly ProfileDifference[] }

/** Where an instance and its profile differ; what is chosen is taken over. */
export function ProfileChangesDialog({ instanceId }: { instanceId: string }) {
  const name = usePool((state) => state.instances.get(instanceId)?.name)
  const [compared, setCompared] = useState<Compared | null>(null)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    client.profiles.ofInstance({ id: instanceId }).then(
      (found) => {
        setCompared(found)
        setChosen(found.differences.filter(({ changed }) => changed !== 'instance').map(({ field }) => field))
      },
      (thrown: unknown) => setProblem(errorWords(thrown)),
    )
  }, [instanceId])
  const take = () => {
    client.profiles
      .takeOver({ id: instanceId, fields: [...chosen] })
      .then(ui.closeDialog, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  const leave = () => {
    client.profiles.leave({ id: instanceId }).then(ui.closeDialog, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  return (
    <Dialog
      title={`${name ?? 'Instance'} and its profile${compared?.profile ? ` ${compared.profile.name}` : ''}`}
      description="Choose which changes to apply. A new process is started where needed, in the same session."
      onClose={ui.closeDialog}
      footer={
        <>
          {problem !== null && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          <Button variant="quiet" onClick={leave}>
            Detach from profile
          </Button>
          <Button variant="quiet" onClick={ui.closeDialog}>
            Cancel
          </Button>
          <Button variant="primary" disabled={compared === null} onClick={take}>
            {chosen.length === 0 ? 'Keep as it is' : 'Apply'}
          </Button>
        </>
      }
    >
      {compared?.differences.length === 0 && <p>They are the same.</p>}
      <ul className="changes-list">
        {compared?.differences.map((one) => (
          <Difference
            key={one.field}
            difference={one}
            isChosen={chosen.includes(one.field)}
            choose={(isOn) => setChosen([...chosen.filter((field) => field !== one.field), ...(isOn ? [one.field] : [])])}
          />
        ))}
      </ul>
    </Dialog>
  )
}

const whose: Readonly<Record<ProfileDifference['changed'], string>> = {
  profile: 'changed in the profile',
  instance: 'changed in the instance',
  both: 'changed in both',
}

type DifferenceProps = { difference: ProfileDifference; isChosen: boolean; choose: (isOn: boolean) => void }

function Difference({ difference: { field, instance, profile, changed }, isChosen, choose }: DifferenceProps) {
  const id = useId()
  return (
    <li>
      <div className="choice">
        <input id={id} type="checkbox" checked={isChosen} onChange={(event) => choose(event.target.checked)} />
        <label htmlFor={id}>
          {settingName(field)}, {whose[changed]}
        </label>
      </div>
      <dl>
        <div>
          <dt>Now</dt>
          <dd dir="auto">
            <VisibleText text={settingWords(instance)} />
          </dd>
        </div>
        <div>
          <dt>Profile</dt>
          <dd dir="auto">
            <VisibleText text={settingWords(profile)} />
          </dd>
        </div>
      </dl>
    </li>
  )
}
