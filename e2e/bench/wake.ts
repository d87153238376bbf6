import type { Turn } from '../../shared/domain/turn.ts'
import { App } from '../support/app.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'
import { startModel } from './model.ts'

/** A parked instance that a message wakes: it goes on in its session, and how late its first token is against a cold start. */
export const wake: Bench = async (note) => {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  try {
    const rounds = numberFrom('BENCH_WAKES', 15)
    const cold: number[] = []
    const woken: number[] = []
    let forgotten = 0
    for (let index = 0; index < rounds; index += 1) {
      const { id } = await app.api.spawn({ name: `Instance ${index}`, cwd: app.folders.work, start: false })
      const conversation = await app.api.createConversation({ instanceId: id })
      cold.push(firstToken(await app.api.ask(conversation.id, `[remember: word ${index}] [rate 0]`), 'cold'))
      await app.api.act(id, 'pause', { mode: 'park' })
      await pause(700)
      const turn = await app.api.ask(conversation.id, '[recall] [rate 0]')
      woken.push(firstToken(turn, 'resumed'))
      if (!turn.text.includes(`word ${index}`)) forgotten += 1
      await app.api.raw('DELETE', `/instances/${id}`)
      await pause(700)
    }
    note(`cold ${spread(cold, 'ms')}, woken ${spread(woken, 'ms')}`)
    const times = quantile(woken, 0.5) / quantile(cold, 0.5)
    return [
      {
        name: 'a parked instance is woken',
        measured: `${round(times)} times a cold start, ${forgotten} forgot`,
        wanted: 'within 1.5 times, 0 forget',
        ok: times <= 1.5 && forgotten === 0,
        grave: forgotten > 0,
      },
    ]
  } finally {
    await app.dispose()
    await model.close()
  }
}

function firstToken({ timing }: Turn, origin: string): number {
  if (timing.origin !== origin) throw new Error(`The process was ${timing.origin}, not ${origin}.`)
  return timing.firstTokenMs ?? Number.NaN
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
