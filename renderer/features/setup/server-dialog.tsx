import { useEffect, useId, useRef, useState } from 'react'
import type { PastedServer, PasteFault } from '../../../shared/domain/mcp-server.ts'
import { readPastedServers } from '../../../shared/domain/mcp-paste.ts'
import { client } from '../../connection/connection.ts'
import { useSetup } from '../../state/setup-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { errorField, errorWords } from '../../words/error-words.ts'
import { ClearValues } from './clear-values.tsx'
import { PasteField } from './paste-field.tsx'
import { ServerFields } from './server-fields.tsx'
import { emptyServer, formOfServer, problemOf, readServerForm, type ServerForm, type ServerProblem } from './server-form.ts'
import { TestResult } from './test-result.tsx'
import { useServerTest } from './use-server-test.ts'
import './setup.css'

/** Adds or changes a saved MCP server. It is tested before it is saved; what does not work can be saved all the same. */
export function ServerDialog({ id }: { id?: string | undefined }) {
  const formId = useId()
  const element = useRef<HTMLFormElement>(null)
  const shown = useRef<HTMLDivElement>(null)
  const [first] = useState(() => useSetup.getState().servers?.find((one) => one.id === id))
  const [form, setForm] = useState<ServerForm>(() => (first ? formOfServer(first.name, first.config, first.note) : emptyServer))
  const [pasted, setPasted] = useState<{ text: string; servers: PastedServer[]; faults: PasteFault[] }>({
    text: '',
    servers: [],
    faults: [],
  })
  const [problem, setProblem] = useState<ServerProblem | null>(null)
  const [general, setGeneral] = useState<string | null>(null)
  const [sure, setSure] = useState(false)
  const test = useServerTest()
  useEffect(() => {
    shown.current?.scrollIntoView({ block: 'nearest' })
  }, [test.result, test.problem])
  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [problem])
  const change = (part: Partial<ServerForm>) => {
    setForm({ ...form, ...part })
    setProblem(null)
    setGeneral(null)
    setSure(false)
    test.forget()
  }
  const paste = (text: string) => {
    const read = text.trim() === '' ? { servers: [], faults: [] } : readPastedServers(text)
    setPasted({ text, ...read })
    const [server] = read.servers
    if (server) change({ ...formOfServer(server.name ?? form.name, server.config), note: form.note })
  }
  const tested = async (): Promise<boolean> => {
    const read = readServerForm(form)
    if ('problem' in read) {
      setProblem(read.problem)
      return false
    }
    const result = await test.run(read.name, read.config)
    return result?.works === true
  }
  const save = async () => {
    const read = readServerForm(form)
    if ('problem' in read) return setProblem(read.problem)
    if (!sure && test.result?.works !== true && !(await tested())) return setSure(true)
    const note = form.note.trim()
    try {
      if (first) await client.mcp.update({ id: first.id, name: read.name, config: read.config, note: note === '' ? null : note })
      else await client.mcp.create({ name: read.name, config: read.config, ...(note === '' ? {} : { note }) })
    } catch (thrown) {
      const wrong = problemOf(errorField(thrown), errorWords(thrown))
      return wrong ? setProblem(wrong) : setGeneral(errorWords(thrown))
    }
    return saved(read.name)
  }
  /** One of several that were pasted: the next one is shown. */
  const saved = (name: string) => {
    toast(`${name} saved`)
    const rest = pasted.servers.filter((server) => server.name !== name)
    const [next] = rest
    if (first || pasted.servers.length < 2 || !next) return ui.closeDialog()
    setPasted({ ...pasted, servers: rest })
    return change({ ...formOfServer(next.name ?? '', next.config), note: '' })
  }
  return (
    <Dialog
      title={first ? `Edit ${first.name}` : 'Add MCP server'}
      onClose={ui.closeDialog}
      footer={
        <>
          {general !== null && (
            <p className="problem" role="alert">
              {general}
            </p>
          )}
          <Button variant="quiet" onClick={ui.closeDialog}>
            Cancel
          </Button>
          <Button disabled={test.busy} onClick={() => void tested()}>
            {test.busy ? 'Testing…' : 'Test'}
          </Button>
          <Button variant="primary" type="submit" form={formId} disabled={test.busy}>
            {sure && test.result?.works !== true ? 'Save anyway' : 'Save'}
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!test.busy) void save()
        }}
      >
        {!first && (
          <PasteField
            {...pasted}
            chosen={form.name}
            paste={paste}
            choose={(server) => change({ ...formOfServer(server.name ?? '', server.config), note: form.note })}
          />
        )}
        <ClearValues
          form={form}
          change={(part) => {
            // The key is not to stand on the screen any longer.
            setPasted({ ...pasted, text: '' })
            change(part)
          }}
        />
        <ServerFields form={form} change={change} problem={problem} />
        <div ref={shown}>
          <TestResult result={test.result} problem={test.problem} />
        </div>
      </form>
    </Dialog>
  )
}
