import { App } from '../support/app.ts'
import { quantile, round, spread, numberFrom, type Bench } from './figure.ts'
import { startModel } from './model.ts'
import { warmPool } from './pool.ts'
import { RawPipe, resumeOnce } from './raw-claude.ts'
import { connect, type Client } from './socket.ts'

/** How long a prompt waits for its first token in a conversation that runs: ours, a bare pipe, and a process for each message. */
export const firstToken: Bench = async (note) => {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  const raw = new RawPipe(model.env, app.folders)
  const socket = await connect(app)
  try {
    const [member] = await warmPool(app, 1)
    if (!member) throw new Error('There is an instance.')
    const ours = await Turns.open(socket.client, member.conversationId)
    const sessionId = await raw.ask('Hello [rate 0]').then(() => raw.sessionId)
    const times: Record<'socket' | 'pipe' | 'resume', number[]> = { socket: [], pipe: [], resume: [] }
    const rounds = numberFrom('BENCH_TURNS', 40)
    // The session that is resumed is a copy of its own: two processes on one session fork it.
    let resumed = sessionId
    for (let index = 0; index < rounds; index += 1) {
      const prompt = `Turn ${index} [rate 0]`
      times.socket.push(await ours.ask(prompt))
      times.pipe.push(await raw.ask(prompt))
      const once = await resumeOnce(model.env, app.folders, { prompt, resume: resumed, fork: resumed === sessionId })
      resumed = once.sessionId
      times.resume.push(once.ms)
    }
    note(`socket ${spread(times.socket, 'ms')}, pipe ${spread(times.pipe, 'ms')}, --resume ${spread(times.resume, 'ms')}`)
    const median = quantile(times.socket, 0.5) - quantile(times.pipe, 0.5)
    const late = quantile(times.socket, 0.95) - quantile(times.pipe, 0.95)
    const sooner = quantile(times.resume, 0.5) / quantile(times.socket, 0.5)
    return [
      {
        name: 'first token, beyond a raw pipe',
        measured: `${round(median)} / ${round(late)} ms`,
        wanted: 'within 10 / 25 ms',
        ok: median <= 10 && late <= 25,
      },
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

/** Prompts through the socket, timed from the call to the first delta that its stream brings. */
class Turns {
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
