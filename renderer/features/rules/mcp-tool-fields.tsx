import { useCallback, useEffect, useState } from 'react'
import type { McpServerInfo } from '../../../shared/domain/claude-info.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { errorWords } from '../../words/error-words.ts'
import { serverTools, type ServerChoice } from './server-tools.ts'
import type { NewRule } from './new-rule.ts'

type McpToolFieldsProps = { rule: NewRule; change: (part: Partial<NewRule>) => void; problem: string | null }

/** A tool of an MCP server, from those that an instance’s process has. */
export function McpToolFields({ rule, change, problem }: McpToolFieldsProps) {
  const instances = usePool((state) => state.instances)
  const all = [...instances.values()]
  const [chosen, setChosen] = useState<string | null>(null)
  const wanted = rule.instanceId === '' ? chosen : rule.instanceId
  const instance = all.find(({ id }) => id === wanted) ?? all.find(({ process }) => process !== null) ?? all[0]
  const { tools, failure, busy, load } = useServerTools(instance?.id ?? null, (instance?.process ?? null) !== null)
  if (!instance) return <p className="rule-limits">Create an instance first: its process lists the servers and their tools.</p>
  const value = rule.server?.tool ?? ''
  const pick = (tool: string) => {
    const found = tools?.find((one) => one.tool === tool)
    change({ server: found ? { tool: found.tool, identity: found.identity } : null })
  }
  return (
    <>
      {rule.instanceId === '' && all.length > 1 && (
        <Field label="Servers of">
          {(field) => (
            <select className="input" value={instance.id} onChange={(event) => setChosen(event.target.value)} {...field}>
              {all.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label="Tool" problem={problem ?? failure} hint={busy ? 'Asking Claude Code…' : hintOf(tools)}>
        {(field) => (
          <div className="input-row">
            <select
              className="input"
              value={value}
              disabled={tools === null || tools.length === 0}
              onChange={(event) => pick(event.target.value)}
              {...field}
            >
              <option value="">Choose a tool</option>
              {(tools ?? []).map(({ tool, label }) => (
                <option key={tool} value={tool}>
                  {label}
                </option>
              ))}
              {value !== '' && tools?.some(({ tool }) => tool === value) !== true && <option value={value}>{value}</option>}
            </select>
            <Button disabled={busy} onClick={() => void load()}>
              {tools === null && instance.process === null ? `Start ${instance.name}` : 'Refresh'}
            </Button>
          </div>
        )}
      </Field>
    </>
  )
}

function hintOf(tools: readonly ServerChoice[] | null): string | undefined {
  if (tools === null) return 'The servers and their tools are known once the instance’s process runs.'
  return tools.length === 0 ? 'This instance has no MCP servers with tools.' : undefined
}

type Read = { id: string; servers: readonly McpServerInfo[] | null; failure: string | null }

/** Those of an instance: read at once where its process runs, else when `load` is called, which starts it. */
function useServerTools(instanceId: string | null, runs: boolean) {
  const [last, setLast] = useState<Read | null>(null)
  const [asking, setAsking] = useState(false)
  const ask = useCallback(
    (id: string) =>
      client.instances.mcp({ id }).then(
        ({ items: servers }) => setLast({ id, servers, failure: null }),
        (thrown: unknown) => setLast({ id, servers: null, failure: errorWords(thrown) }),
      ),
    [],
  )
  useEffect(() => {
    if (runs && instanceId !== null) void ask(instanceId)
  }, [runs, instanceId, ask])
  const load = async () => {
    if (instanceId === null) return
    setAsking(true)
    await ask(instanceId)
    setAsking(false)
  }
  const read = last !== null && last.id === instanceId ? last : null
  const tools = read === null || read.servers === null ? null : serverTools(read.servers)
  return { tools, failure: read?.failure ?? null, busy: asking || (runs && read === null), load }
}
