import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { RollUp } from '../../electron/core/metrics/roll-up.ts'
import type { SessionSource } from '../../electron/core/metrics/vault-turns.ts'
import type { Usage } from '../../shared/domain/turn.ts'
import { writeClaudeHistory } from './claude-history.ts'
import { numberFrom, type Bench, type Figure } from './figure.ts'

/**
 * What a history of Claude Code's own has spent, against a count made in another way; and beside it what `ccusage` says, when
 * `BENCH_CCUSAGE` is the path of its `index.js`.
 */
export const spending: Bench = async (note) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bullpen-bench-spending-'))
  try {
    const config = path.join(folder, 'claude')
    const written = await writeClaudeHistory({ config, sessions: 60, messages: numberFrom('BENCH_SPENT_MESSAGES', 3_000), headKb: 1 })
    const files = transcriptsIn(path.join(config, 'projects'))
    const forks = new Map(written.sessions.map(({ sessionId, forkOf }) => [sessionId, forkOf]))
    const rollUp = new RollUp(path.join(folder, 'metrics'), path.join(folder, 'spent.jsonl'))
    await rollUp.reconcile({ conversations: [], sessions: sessionsOf(files, forks) })
    const { totals } = rollUp.engine.summary({ from: new Date(0).toISOString(), to: new Date(8e15).toISOString(), groups: 1 }, Date.now())
    const wanted = countPlainly(files)
    note(`${totals.turns} turns, $${totals.costUsd.toFixed(2)}, ${totals.costUnknown} turns without a price`)
    const equal = words(totals.usage) === words(wanted)
    return [
      {
        name: `tokens of ${files.length} transcripts against a plain count`,
        measured: equal ? words(totals.usage) : `${words(totals.usage)}, not ${words(wanted)}`,
        wanted: 'equal',
        ok: equal,
        grave: !equal,
      },
      ...besideCcusage(config),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const lineSchema = z.object({
  type: z.literal('assistant'),
  requestId: z.string().optional(),
  isApiErrorMessage: z.boolean().optional(),
  message: z.object({
    id: z.string(),
    model: z.string(),
    usage: z.object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      cache_read_input_tokens: z.number(),
      cache_creation_input_tokens: z.number(),
    }),
  }),
})

/** Every message once, as its last line says, and nothing else. */
function countPlainly(files: readonly string[]): Usage {
  const last = new Map<string, Usage>()
  for (const file of files) {
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      const line = lineSchema.safeParse(parseJson(text)).data
      if (!line || line.isApiErrorMessage === true || line.message.model === '<synthetic>') continue
      const { id, usage } = line.message
      last.set(`${id} ${line.requestId ?? ''}`, {
        input: usage.input_tokens,
        output: usage.output_tokens,
        cacheRead: usage.cache_read_input_tokens,
        cacheWrite: usage.cache_creation_input_tokens,
      })
    }
  }
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  for (const { input, output, cacheRead, cacheWrite } of last.values()) {
    sum.input += input
    sum.output += output
    sum.cacheRead += cacheRead
    sum.cacheWrite += cacheWrite
  }
  return sum
}

const totalsSchema = z.object({
  totals: z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheCreationTokens: z.number(),
    totalCost: z.number(),
  }),
})

function besideCcusage(config: string): Figure[] {
  const program = process.env['BENCH_CCUSAGE']
  if (program === undefined) return []
  const env = { PATH: process.env['PATH'] ?? '', HOME: config, CLAUDE_CONFIG_DIR: config }
  const said = execFileSync(process.execPath, [program, 'monthly', '--json', '--offline'], { env, encoding: 'utf8' })
  const { totals } = totalsSchema.parse(JSON.parse(said))
  const { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheCreationTokens: cacheWrite, totalCost } = totals
  return [
    {
      name: 'ccusage on the same files',
      measured: `${words({ input, output, cacheRead, cacheWrite })}; $${totalCost.toFixed(2)}`,
      wanted: '(it takes the first line of a message)',
      ok: true,
    },
  ]
}

/** A session is its transcript and what lies in the folder of its name. */
function sessionsOf(files: readonly string[], forks: ReadonlyMap<string, string | null>): SessionSource[] {
  const bySession = Map.groupBy(files, (file) => /([0-9a-f-]{36})(?:\.jsonl$|\/)/.exec(file)?.[1] ?? path.basename(file, '.jsonl'))
  return [...bySession].map(([sessionId, own]) => ({
    sessionId,
    signature: String(own.length),
    createdAt: '2026-01-01T00:00:00.000Z',
    parentSessionId: forks.get(sessionId) ?? null,
    files: own.map((file) => {
      const name = path.basename(file, '.jsonl')
      return { path: file, compressed: false, agentId: name === sessionId ? null : name }
    }),
  }))
}

function transcriptsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => path.join(folder, name))
}

function words({ input, output, cacheRead, cacheWrite }: Usage): string {
  return `${input} in, ${output} out, ${cacheRead} read, ${cacheWrite} written`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
