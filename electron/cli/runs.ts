import { z } from 'zod'
import { AppError, errorInfoSchema, isErrorCode } from '../../shared/app-error.ts'
import { runSummarySchema, type RunSummary } from '../../shared/domain/run.ts'
import { dataFolderHolder } from '../core/storage/data-folder.ts'
import { readWebFile } from '../core/storage/web-file.ts'

/** What can be said of a step that waits. */
export const runDecisions = ['approve', 'reject', 'retry', 'skip', 'done'] as const

export type RunsCommand = {
  home: string
  json: boolean
  /** Null: only list what has not ended. */
  answer: { runId: string; stepId: string; decision: (typeof runDecisions)[number]; message: string | null } | null
}

/** Lists runs that have not ended, or answers a step of one, at the Bullpen that runs. Answers the exit code: 3 where none runs that can be reached. */
export async function runRuns({ home, json, answer }: RunsCommand, say: (line: string) => void): Promise<0 | 3> {
  const door = await openDoor(home)
  if (door === null) {
    say('No Bullpen can be reached here. Start one with “bullpen serve” or “bullpen service install”.')
    return 3
  }
  if (answer === null) {
    const { items } = await door(z.object({ items: z.array(runSummarySchema) }), 'GET', `/runs?${open}`)
    if (json) say(JSON.stringify(items))
    else for (const line of items.length === 0 ? ['No run is open.'] : items.flatMap(linesOf)) say(line)
    return 0
  }
  const { runId, stepId, decision, message } = answer
  const path = `/runs/${encodeURIComponent(runId)}/steps/${encodeURIComponent(stepId)}`
  const run = await door(runSummarySchema, 'POST', path, { decision, ...(message === null ? {} : { message }) })
  for (const line of json ? [JSON.stringify(run)] : linesOf(run)) say(line)
  return 0
}

const open = new URLSearchParams(['running', 'needs-you', 'paused'].map((state) => ['state', state])).toString()

/** A run, and below it what in it waits for a person. */
function linesOf({ id, state, title, stepsEnded, stepsTotal, asks }: RunSummary): string[] {
  const waiting = asks.map(({ stepId, kind, text }) => `  ${stepId}  ${kind}: ${text.split('\n', 1)[0] ?? ''}`)
  return [`${id}  ${state}  ${stepsEnded} of ${stepsTotal} steps  ${title}`, ...waiting]
}

type Door = <T extends z.ZodType>(schema: T, method: 'GET' | 'POST', path: string, body?: unknown) => Promise<z.infer<T>>

/** The REST interface of whoever has the data folder; null where nobody has it, or a window without a port. */
async function openDoor(home: string): Promise<Door | null> {
  const [holder, { found }] = await Promise.all([dataFolderHolder(home), readWebFile(home)])
  const url = holder?.url ?? null
  if (url === null || found === null) return null
  return async (schema, method, path, body) => {
    const headers = { authorization: `Bearer ${found.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const response = await fetch(`${url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const answer: unknown = await response.json()
    if (response.ok) return schema.parse(answer)
    throw refusalOf(answer, response.status)
  }
}

function refusalOf(answer: unknown, status: number): AppError {
  const { data } = errorInfoSchema.safeParse(answer)
  if (data && isErrorCode(data.code)) return new AppError(data.code, data.message)
  return new AppError('UNAVAILABLE', `Bullpen answered with ${status}. Try again, or look at its logs.`)
}
