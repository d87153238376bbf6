import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { App } from '../support/app.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { startModel } from './model.ts'
import { warmPool } from './pool.ts'
import { RawPipe, resumeOnce } from './raw-claude.ts'
import { connect, type Client } from './socket.ts'

/** How often a process for each message is measured beside: it takes ten times as long, and little is asked of its figure. */
const turnsPerResume = 5

type Times = Record<'socket' | 'pipe' | 'resume', number[]>

/**
 * How long a prompt waits for its first token in a conversation that runs: ours, a bare pipe, and a process for each message.
 * Ours and the pipe take turns, first on the quiet machine, then beside one other program that never rests.
 */
export const firstToken: Bench = async (note) => {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  const raw = new RawPipe(model.env, app.folders)
  const socket = await connect(app)
  try {
    const [member] = await warmPool(app, 1)
    if (!member) throw new Error('There is an instance.')
    const ours = await Turns.open(socket.client, member.conversationId)
    await raw.ask('Hello [rate 0]')
    const measure = async (): Promise<Times> => takeTurns({ ours, raw, resumed: resumesOf(model.env, app, raw.sessionId) })
    await warmUp(ours, raw)
    const quiet = await measure()
    note(`quiet: ${inWords(quiet)}`)
    const busy = await besideBusyProgram(measure)
    note(`beside a busy program: ${inWords(busy)}`)
    const sooner = quantile(quiet.resume, 0.5) / quantile(quiet.socket, 0.5)
    return [
      beyondPipe('first token, beyond a raw pipe', quiet, { median: 5, late: 10 }),
      beyondPipe('the same beside a program that never rests', busy, { median: 10, late: 30 }),
      {
        name: 'first token, against claude -p --resume',
        measured: `${round(sooner)} times sooner`,
        wanted: '8 times sooner',
        ok: sooner >= 8,
      },
    ]
  } finally {
    socket.close()
    raw.close()
    await app.dispose()
    await model.close()
  }
}

type Sides = { ours: Turns; raw: RawPipe; resumed: (prompt: string) => Promise<number> }

async function takeTurns({ ours, raw, resumed }: Sides): Promise<Times> {
  const times: Times = { socket: [], pipe: [], resume: [] }
  const rounds = numberFrom('BENCH_TURNS', 100)
  for (let index = 0; index < rounds; index += 1) {
    const prompt = `Turn ${index} [rate 0]`
    times.socket.push(await ours.ask(prompt))
    times.pipe.push(await raw.ask(prompt))
    if (index % turnsPerResume === 0) times.resume.push(await resumed(prompt))
  }
  return times
}

/** Both have met everything once before it counts. */
async function warmUp(ours: Turns, raw: RawPipe): Promise<void> {
  for (const prompt of ['One [rate 0]', 'Two [rate 0]', 'Three [rate 0]']) {
    await ours.ask(prompt)
    await raw.ask(prompt)
  }
}

/** The session that is resumed is a copy of the pipe's: two processes on one session fork it. */
function resumesOf(env: Record<string, string>, app: App, sessionId: string): (prompt: string) => Promise<number> {
  let resume = sessionId
  return async (prompt) => {
    const answer = await resumeOnce(env, app.folders, { prompt, resume, fork: resume === sessionId })
    resume = answer.sessionId
    return answer.ms
  }
}

async function besideBusyProgram<T>(work: () => Promise<T>): Promise<T> {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore', detached: process.platform !== 'win32' })
  const ended = once(busy, 'exit')
  try {
    return await work()
  } finally {
    busy.kill('SIGKILL')
    await ended
  }
}

function beyondPipe(name: string, { socket, pipe }: Times, wanted: { median: number; late: number }): Figure {
  const median = quantile(socket, 0.5) - quantile(pipe, 0.5)
  const late = quantile(socket, 0.95) - quantile(pipe, 0.95)
  return {
    name,
    measured: `${round(median)} / ${round(late)} ms`,
    wanted: `within ${wanted.median} / ${wanted.late} ms`,
    ok: median <= wanted.median && late <= wanted.late,
  }
}

function inWords({ socket, pipe, resume }: Times): string {
  return `socket ${spread(socket, 'ms')}, pipe ${spread(pipe, 'ms')}, --resume ${spread(resume, 'ms')}`
}

/** Prompts through the socket, timed from the call to the first delta that its stream brings. */
export class Turns {
  readonly #client: Client
  readonly #id: string
  #onDelta: () => void = () => {}
  #onEnd: () => void = () => {}

  private constructor(client: Client, id: string) {
    this.#client = client
    this.#id = id
  }

  static async open(client: Client, id: string): Promise<Turns> {
    const turns = new Turns(client, id)
    const events = await client.conversations.events({ id })
    void turns.#read(events)
    return turns
  }

  async ask(text: string): Promise<number> {
    const ended = new Promise<void>((resolve) => (this.#onEnd = resolve))
    const first = new Promise<number>((resolve) => (this.#onDelta = () => resolve(performance.now())))
    const began = performance.now()
    await this.#client.conversations.send({ id: this.#id, text })
    const ms = (await first) - began
    await ended
    return ms
  }

  async #read(events: Awaited<ReturnType<Client['conversations']['events']>>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === 'delta') this.#onDelta()
        if (event.type === 'turn' && event.turn.outcome !== null) this.#onEnd()
      }
    } catch {
      // The socket was closed: the measurement is over.
    }
  }
}
