import type { Approval } from '../../shared/domain/approval.ts'
import { App, crashWhileStarting, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, type Bench } from './figure.ts'
import { checkAll, checkProcesses, checkTurns } from './kill-checks.ts'
import { goneOn, wantedMs } from './kill-going-on.ts'
import { Promises } from './kill-promises.ts'
import { handIn, makeCrew, newConversations, newWork, readAlong, type Crew } from './kill-work.ts'

/** After so many kills everything is let go on to its end and checked as a whole. */
const killsTogether = 20
const longestMs = 1_000
/** Of the kills so many hit a start. */
const inStart = 0.1

/**
 * `kill -9` at random moments while work of every kind waits, runs, asks or goes on in the background: nothing that was taken may be
 * missing or done twice, nothing may be left running, and all of it goes on by itself or says what it waits for.
 */
export const kill: Bench = async (note) => {
  const kills = numberFrom('BENCH_KILLS', 200)
  const folders = await makeFolders()
  const run = new KillRun(folders, note)
  try {
    await run.begin()
    while (run.kills < kills) await run.together(Math.min(killsTogether, kills - run.kills))
  } finally {
    await run.end()
    await removeRun(folders).catch((thrown: unknown) => run.report(String(thrown)))
  }
  const { faults, times, restarts, promises } = run
  const slow = times.filter((ms) => ms > wantedMs).length
  return [
    {
      name: `kill -9 at ${run.kills} random moments`,
      measured: `${faults.length} lost, doubled or left running (${promises.count})`,
      wanted: '0',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
    {
      name: `${times.length} pieces of work after a restart`,
      measured: `go on in ${round(quantile(times, 0.5))} / ${round(quantile(times, 0.95))} ms, at most ${round(Math.max(0, ...times))} ms; ${slow} later`,
      wanted: `all within ${wantedMs / 1000} s`,
      ok: slow === 0,
    },
    {
      name: 'restart after kill -9',
      measured: `${round(quantile(restarts, 0.5))} / ${round(quantile(restarts, 0.95))} ms`,
      wanted: '',
      ok: true,
    },
  ]
}

class KillRun {
  readonly promises = new Promises()
  readonly faults: string[] = []
  /** Milliseconds until each piece of work had gone on. */
  readonly times: number[] = []
  readonly restarts: number[] = []
  kills = 0
  readonly #folders: AppFolders
  readonly #note: (text: string) => void
  readonly #cutOff = new Map<string, number>()
  #app: App | null = null
  #crew: Crew | null = null
  #rounds = 0
  /** Ends the reading along that is under way. */
  #reading: (() => void) | null = null

  constructor(folders: AppFolders, note: (text: string) => void) {
    this.#folders = folders
    this.#note = note
  }

  readonly report = (fault: string): void => {
    this.faults.push(fault)
    this.#note(`kill ${this.kills}: ${fault}`)
  }

  async begin(): Promise<void> {
    this.#app = await App.start({ folders: this.#folders })
    this.#crew = await makeCrew(this.#app)
  }

  async end(): Promise<void> {
    await this.#app?.dispose().catch((thrown: unknown) => this.report(String(thrown)))
  }

  /** So many kills, then everything comes to its end and is checked. */
  async together(kills: number): Promise<void> {
    const { app, crew } = this.#there
    await newConversations(app, crew)
    const until = this.kills + kills
    while (this.kills < until) await this.#round()
    await this.#settle()
    const longest = round(Math.max(0, ...this.times))
    this.#note(`${this.kills} kills, ${this.promises.count}, ${this.faults.length} faults; going on took ${longest} ms at most`)
    this.promises.forget()
    this.#cutOff.clear()
  }

  async #round(): Promise<void> {
    const { app, crew } = this.#there
    const { promises } = this
    const work = newWork(crew, this.#rounds)
    this.#rounds += 1
    promises.pieces.push(...work)
    const reading = this.#reading ?? (await readAlong(app, crew, promises))
    const handing = handIn(app, work, this.report)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
    await this.#kill(app)
    reading()
    await handing
    for (const [id, running] of promises.background) if (running.size > 0) this.#cutOff.set(id, (this.#cutOff.get(id) ?? 0) + 1)
    promises.background.clear()
    const { app: next, listening } = await this.#restart()
    this.#reading = await readAlong(next, crew, promises)
    // Whoever got no answer asks again, which must not do it twice.
    await handIn(next, work, this.report)
    this.times.push(...(await goneOn(next, promises.pieces, listening, this.report)))
    await checkProcesses(next, this.report)
    await checkTurns(next, promises, this.report)
  }

  async #kill(app: App): Promise<void> {
    await app.kill()
    this.kills += 1
  }

  async #restart(): Promise<{ app: App; listening: number }> {
    if (Math.random() < inStart) {
      await crashWhileStarting({ folders: this.#folders }, Math.random() * longestMs)
      this.kills += 1
    }
    const began = performance.now()
    this.#app = await App.start({ folders: this.#folders })
    const listening = performance.now()
    this.restarts.push(listening - began)
    return { app: this.#app, listening }
  }

  /** Answers what is asked and lets go on what is held, until nothing is open any more. */
  async #settle(): Promise<void> {
    const { app, crew } = this.#there
    await app.api.act(crew.held, 'resume')
    const isDone = async () => {
      for (const approval of await app.api.approvals()) await app.api.decide(approval.id, answerTo(approval)).catch(() => undefined)
      return (await app.api.tasks('?limit=1000')).length === 0
    }
    await until('everything to come to its end', isDone, 120_000).catch(async (thrown: unknown) => {
      this.report(String(thrown))
      for (const { text, state, waitingFor } of await app.api.tasks()) this.report(`“${text}” is ${state}: ${waitingFor ?? ''}`)
    })
    this.#reading?.()
    this.#reading = null
    this.promises.background.clear()
    await checkTurns(app, this.promises, this.report)
    await checkAll(app, this.promises, this.#cutOff, this.report)
    await app.api.act(crew.held, 'pause', { mode: 'hold' })
    for (const id of crew.free) await app.api.act(id, 'restart')
  }

  get #there(): { app: App; crew: Crew } {
    if (!this.#app || !this.#crew) throw new Error('It has not begun.')
    return { app: this.#app, crew: this.#crew }
  }
}

function answerTo({ questions }: Approval): Record<string, unknown> {
  const answers = Object.fromEntries((questions ?? []).map(({ question, options }) => [question, options[0]?.label ?? 'Yes']))
  return { decision: 'allow', ...(questions ? { answers } : {}) }
}
