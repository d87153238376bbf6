import { useState } from 'react'
import { permissionModeSchema } from '../../../shared/domain/instance.ts'
import type { InstanceTemplate } from '../../../shared/domain/pool.ts'
import { labelsFrom } from '../../words/labels-from.ts'
import { permissionChoices } from '../../words/permission-modes.ts'
import { wayChoices } from '../../words/ways.ts'
import { FolderField } from '../instances/folder-field.tsx'
import { WaySelect } from '../instances/way-field.tsx'
import { PolicyRow, PolicyText } from './policy-row.tsx'
import { templateWith } from './template-text.ts'

/** What instances are like that the pool creates. Without a folder they are copies of the default instance. */
export function TemplateForm({ template }: { template: InstanceTemplate | null }) {
  return (
    <section className="pool-template">
      <h2>New instances</h2>
      <PolicyRow title="Folder" words="Where instances the pool creates work. Leave empty to copy the default instance.">
        {(control, save) => (
          <TemplateFolder
            key={template?.cwd ?? ''}
            control={control}
            value={template?.cwd ?? ''}
            onSave={(cwd) => void save({ template: templateWith(template, { cwd }) })}
          />
        )}
      </PolicyRow>
      {template !== null && <TemplateDetails template={template} />}
    </section>
  )
}

function TemplateDetails({ template }: { template: InstanceTemplate }) {
  const way = template.way === undefined || template.way === 'pool' ? '' : template.way
  return (
    <>
      <PolicyRow title="Model" words="Leave empty for Claude Code’s default.">
        {(control, save) => (
          <PolicyText
            control={control}
            value={template.model ?? ''}
            placeholder="Default"
            onSave={(model) => void save({ template: templateWith(template, { model }) })}
          />
        )}
      </PolicyRow>
      <PolicyRow title="Permissions" words="What they may do without asking.">
        {(control, save) => (
          <select
            {...control}
            className="input"
            value={template.permissionMode ?? ''}
            onChange={(event) => {
              const permissionMode = permissionModeSchema.safeParse(event.target.value).data
              void save({ template: templateWith(template, { permissionMode }) })
            }}
          >
            {permissionChoices.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </PolicyRow>
      <PolicyRow title="Allowed tools" words="Separate with commas. These run without asking.">
        {(control, save) => (
          <PolicyText
            control={control}
            value={(template.allowedTools ?? []).join(', ')}
            placeholder="None"
            onSave={(typed) => void save({ template: templateWith(template, { allowedTools: labelsFrom(typed) }) })}
          />
        )}
      </PolicyRow>
      <PolicyRow title="Labels" words="Separate with commas. Work can ask for instances by label.">
        {(control, save) => (
          <PolicyText
            control={control}
            value={(template.tags ?? []).join(', ')}
            placeholder="None"
            onSave={(typed) => void save({ template: templateWith(template, { tags: labelsFrom(typed) }) })}
          />
        )}
      </PolicyRow>
      <PolicyRow title="Way of working" words={wayChoices.find(({ value }) => value === way)?.hint ?? ''}>
        {(control, save) => (
          <WaySelect
            control={control}
            value={way}
            change={(chosen) => void save({ template: templateWith(template, { way: chosen === '' ? undefined : chosen }) })}
          />
        )}
      </PolicyRow>
    </>
  )
}

type TemplateFolderProps = { control: { id: string; 'aria-describedby': string }; value: string; onSave: (cwd: string) => void }

function TemplateFolder({ control, value, onSave }: TemplateFolderProps) {
  const [typed, setTyped] = useState(value)
  const save = (cwd: string) => {
    if (cwd !== value) onSave(cwd)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Enter in the field saves, as in those beside it
    <div
      onKeyDown={({ key, target }) => {
        if (key === 'Enter' && target instanceof HTMLInputElement) save(typed.trim())
      }}
    >
      <FolderField {...control} value={typed} placeholder="As the default instance" onChange={setTyped} onDone={save} />
    </div>
  )
}
