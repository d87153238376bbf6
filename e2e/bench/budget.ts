import { poolStatusSchema } from '../../shared/domain/pool.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { App } from '../support/app.ts'
import { descendantsOf, memoryMb } from '../support/processes.ts'
import { numberFrom, quantile, round, type Bench } from './figure.ts'
import { startModel } from './model.ts'

const limitMb = 1_500
const longestMs = 5_000
const lookMs = 250

type Member = { instanceId: string; conversationId: string; word: string }

/** Thirty instances asked for under a budget that fits half of them: is it kept, and does every turn end with nothing forgotten? */
export const budget: Bench = async (note) => {
  const count = numberFrom('BENCH_INSTANCES', 30)
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  const look = new MemoryLook(app.pid)
  try {
    await app.api.call(poolStatusSchema, 'PATCH', '/pool', { memoryLimitMb: limitMb, spares: 1 })
    const members = await Promise.all(Array.from({ length: count }, (_, index) => memberOf(app, index)))
    const turns: Turn[] = []
    for (const prompt of [rememberPrompt, () => '[long 40] [rate 40]', () => '[recall] [rate 0]'])
      turns.push(...(await Promise.all(members.map((member) => app.api.ask(member.conversationId, prompt(member))))))
    const recalled = turns.slice(-count)
    const forgotten = recalled.filter(({ text }, index) => !text.includes(members[index]?.word ?? '')).length
    const done = turns.filter(({ outcome }) => outcome === 'done').length
    const { log } = await app.api.call(poolStatusSchema, 'GET', '/pool')
    const parked = log.filter(({ act }) => act === 'parked').length
    const { worstMs, mostMb, processMb } = look.close()
    note(`at most ${round(mostMb)} MB, one process at most ${round(processMb)} MB, ${parked} parkings in the log`)
    return [
      {
        name: `${count} instances under ${limitMb} MB`,
        measured: `over it for ${round(worstMs / 1_000)} s at most`,
        wanted: 'never above budget + 1 for 5 s',
        ok: worstMs <= longestMs,
      },
      {
        name: 'their turns and words',
        measured: `${done} of ${turns.length} done, ${forgotten} forgotten`,
        wanted: 'all done, 0 forgotten',
        ok: done === turns.length && forgotten === 0,
        grave: forgotten > 0,
      },
    ]
  } finally {
    look.close()
    await app.dispose()
    await model.close()
  }
}

const rememberPrompt = ({ word }: Member): string => `[remember: ${word}] [rate 0]`

async function memberOf(app: App, index: number): Promise<Member> {
  const { id: instanceId } = await app.api.spawn({ name: `Instance ${index}`, cwd: app.folders.work })
  const { id: conversationId } = await app.api.createConversation({ instanceId })
  return { instanceId, conversationId, word: `word${index}x` }
}

/** Measures the whole tree below a process, as the system tells it and not as the app does. */
class MemoryLook {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  #overSince: number | null = null
  #worstMs = 0
  #mostMb = 0
  readonly #processes: number[] = []

  constructor(pid: number) {
    this.#pid = pid
    this.#timer = setInterval(() => this.#look(), lookMs)
  }

  /** The longest time over the budget and one process, the most that was held, and what one process held at most. */
  close(): { worstMs: number; mostMb: number; processMb: number } {
    clearInterval(this.#timer)
    return { worstMs: this.#worstMs, mostMb: this.#mostMb, processMb: quantile(this.#processes, 1) }
  }

  #look(): void {
    const parts = descendantsOf(this.#pid).map(({ pid }) => memoryMb(pid) ?? 0)
    this.#processes.push(Math.max(0, ...parts))
    const heldMb = parts.reduce((sum, part) => sum + part, 0)
    this.#mostMb = Math.max(this.#mostMb, heldMb)
    const now = performance.now()
    if (heldMb <= limitMb + quantile(this.#processes, 0.5)) this.#overSince = null
    else this.#overSince ??= now
    if (this.#overSince !== null) this.#worstMs = Math.max(this.#worstMs, now - this.#overSince)
  }
}
