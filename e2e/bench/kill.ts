import type { Approval } from '../../shared/domain/approval.ts'
import { crashWhileStarting, type App } from '../support/app.ts'
import { until } from '../support/until.ts'
import { quantile, round, type Bench } from './figure.ts'
import { checkAll, checkProcesses, checkTurns } from './kill-checks.ts'
import { goneOn, wantedMs } from './kill-going-on.ts'
import { withKilledApp, type KilledApp } from './killed-app.ts'
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
  const { target, run } = await withKilledApp(note, async (target, kills) => {
    const run = new KillRun(target, await makeCrew(target.app))
    while (target.kills < kills) await run.together(Math.min(killsTogether, kills - target.kills))
    return run
  })
  const { faults } = target
  const { times, restarts, promises } = run
  const slow = times.filter((ms) => ms > wantedMs).length
  return [
    {
      name: `kill -9 at ${target.kills} random moments`,
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
  /** Milliseconds until each piece of work had gone on. */
  readonly times: number[] = []
  readonly restarts: number[] = []
  readonly #target: KilledApp
  readonly #crew: Crew
  readonly #cutOff = new Map<string, number>()
  #rounds = 0
  /** Ends the reading along that is under way. */
  #reading: (() => void) | null = null

  constructor(target: KilledApp, crew: Crew) {
    this.#target = target
    this.#crew = crew
  }

  /** So many kills, then everything comes to its end and is checked. */
  async together(kills: number): Promise<void> {
    const target = this.#target
    await newConversations(target.app, this.#crew)
    const until = target.kills + kills
    while (target.kills < until) await this.#round()
    await this.#settle()
    const longest = round(Math.max(0, ...this.times))
    target.note(`${target.kills} kills, ${this.promises.count}, ${target.faults.length} faults; going on took ${longest} ms at most`)
    this.promises.forget()
    this.#cutOff.clear()
  }

  async #round(): Promise<void> {
    const crew = this.#crew
    const { app, report } = this.#target
    const { promises } = this
    const work = newWork(crew, this.#rounds)
    this.#rounds += 1
    promises.pieces.push(...work)
    const reading = this.#reading ?? (await readAlong(app, crew, promises))
    const handing = handIn(app, work, report)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
    await this.#target.kill()
    reading()
    await handing
    for (const [id, running] of promises.background) if (running.size > 0) this.#cutOff.set(id, (this.#cutOff.get(id) ?? 0) + 1)
    promises.background.clear()
    const { app: next, listening } = await this.#restart()
    this.#reading = await readAlong(next, crew, promises)
    // Whoever got no answer asks again, which must not do it twice.
    await handIn(next, work, report)
    this.times.push(...(await goneOn(next, promises.pieces, listening, report)))
    await checkProcesses(next, report)
    await checkTurns(next, promises, report)
  }

  async #restart(): Promise<{ app: App; listening: number }> {
    if (Math.random() < inStart) {
      await crashWhileStarting({ folders: this.#target.folders }, Math.random() * longestMs)
      this.#target.kills += 1
    }
    const began = performance.now()
    const app = await this.#target.start()
    const listening = performance.now()
    this.restarts.push(listening - began)
    return { app, listening }
  }

  /** Answers what is asked and lets go on what is held, until nothing is open any more. */
  async #settle(): Promise<void> {
    const crew = this.#crew
    const { app, report } = this.#target
    await app.api.act(crew.held, 'resume')
    const isDone = async () => {
      for (const approval of await app.api.approvals()) await app.api.decide(approval.id, answerTo(approval)).catch(() => undefined)
      return (await app.api.tasks('?limit=1000')).length === 0
    }
    await until('everything to come to its end', isDone, 120_000).catch(async (thrown: unknown) => {
      report(String(thrown))
      for (const { text, state, waitingFor } of await app.api.tasks()) report(`“${text}” is ${state}: ${waitingFor ?? ''}`)
    })
    this.#reading?.()
    this.#reading = null
    this.promises.background.clear()
    await checkTurns(app, this.promises, report)
    await checkAll(app, this.promises, this.#cutOff, report)
    await app.api.act(crew.held, 'pause', { mode: 'hold' })
    for (const id of crew.free) await app.api.act(id, 'restart')
  }
}

function answerTo({ questions }: Approval): Record<string, unknown> {
  const answers = Object.fromEntries((questions ?? []).map(({ question, options }) => [question, options[0]?.label ?? 'Yes']))
  return { decision: 'allow', ...(questions ? { answers } : {}) }
}
