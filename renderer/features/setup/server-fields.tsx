import { Field } from '../../ui/field.tsx'
import type { ServerField, ServerForm, ServerProblem } from './server-form.ts'

type ServerFieldsProps = { form: ServerForm; change: (part: Partial<ServerForm>) => void; problem: ServerProblem | null }

/** The fields of an MCP server: a program that is started, or an address that is called. */
export function ServerFields({ form, change, problem }: ServerFieldsProps) {
  const of = (field: ServerField) => (problem?.field === field ? problem.message : null)
  const line = (field: ServerField, label: string, hint?: string, placeholder?: string) => (
    <Field label={label} hint={hint} problem={of(field)}>
      {(props) => (
        <input
          className="input"
          value={form[field]}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change({ [field]: event.target.value })}
          {...props}
        />
      )}
    </Field>
  )
  const lines = (field: ServerField, label: string, hint: string, placeholder: string) => (
    <Field label={label} hint={hint} problem={of(field)}>
      {(props) => (
        <textarea
          className="input input-code"
          rows={2}
          value={form[field]}
          placeholder={placeholder}
          spellCheck={false}
          onChange={(event) => change({ [field]: event.target.value })}
          {...props}
        />
      )}
    </Field>
  )
  return (
    <>
      <div className="field-pair">
        {line('name', 'Name', 'Letters, digits, “-” and “_”.', 'github')}
        <Field label="Type">
          {(props) => (
            <select
              className="input"
              value={form.type}
              onChange={(event) =>
                change({ type: event.target.value === 'http' ? 'http' : event.target.value === 'sse' ? 'sse' : 'stdio' })
              }
              {...props}
            >
              <option value="stdio">Program (stdio)</option>
              <option value="http">Address (HTTP)</option>
              <option value="sse">Address (SSE, older)</option>
            </select>
          )}
        </Field>
      </div>
      {form.type === 'stdio' ? (
        <>
          {line('command', 'Command', undefined, 'npx')}
          {lines(
            'args',
            'Arguments',
            'One per line. Visible in the process list: no secrets here.',
            '-y\n@modelcontextprotocol/server-github',
          )}
          {lines(
            'env',
            'Environment',
            'One NAME=value per line. For secrets write ${secret:NAME} or ${env:NAME}.',
            'GITHUB_TOKEN=${secret:GITHUB_TOKEN}',
          )}
        </>
      ) : (
        <>
          {line('url', 'Address', undefined, 'https://mcp.example.com/mcp')}
          {lines(
            'headers',
            'Headers',
            'One Name: value per line. For secrets write ${secret:NAME} or ${env:NAME}.',
            'Authorization: Bearer ${secret:TOKEN}',
          )}
        </>
      )}
      {line('note', 'Description', 'Optional.')}
    </>
  )
}
