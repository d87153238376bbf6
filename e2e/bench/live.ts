import { liveSettingsSchema, type LivePatch } from '../../shared/domain/live.ts'
import { App } from '../support/app.ts'
import { numberFrom, quantile, spread, type Bench } from './figure.ts'
import { startModel } from './model.ts'

/** What is changed, and what the model's next request has to show of it; a mode is shown by the process alone. */
const changes: readonly { patch: LivePatch; shows: RegExp }[] = [
  { patch: { model: 'sonnet' }, shows: /sonnet/ },
  { patch: { effort: 'low' }, shows: /effort: low/ },
  { patch: { permissionMode: 'plan' }, shows: /sonnet/ },
  { patch: { model: 'opus', effort: 'high', permissionMode: 'acceptEdits' }, shows: /opus.*effort: high/ },
  { patch: { model: null, effort: null, permissionMode: null }, shows: /effort: medium/ },
]

/** Model, effort and permission mode of a conversation changed while its process runs: how late the next request has them. */
export const live: Bench = async (note) => {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  try {
    const rounds = numberFrom('BENCH_CHANGES', 6)
    const { id } = await app.api.spawn({ name: 'Instance', cwd: app.folders.work })
    const conversation = await app.api.createConversation({ instanceId: id })
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    const pid = await pidOf(app, id)
    const answered: number[] = []
    const shown: number[] = []
    let wrong = 0
    for (let index = 0; index < rounds * changes.length; index += 1) {
      const change = changes[index % changes.length]
      if (change === undefined) continue
      const began = performance.now()
      const inForce = await app.api.call(liveSettingsSchema, 'PATCH', `/conversations/${conversation.id}/live`, change.patch)
      answered.push(performance.now() - began)
      const { text } = await app.api.ask(conversation.id, '[settings] [rate 0]')
      shown.push(performance.now() - began)
      const mode = change.patch.permissionMode
      if (!inForce.applied || !change.shows.test(text) || (mode && inForce.permissionMode !== mode)) wrong += 1
    }
    const after = await pidOf(app, id)
    note(`the change is answered after ${spread(answered, 'ms')}; process ${pid} before, ${after} after`)
    const slowest = quantile(shown, 1)
    return [
      {
        name: 'model, effort or mode changed live',
        measured: `${spread(shown, 'ms')} to the whole answer, ${pid === after ? 'same process' : 'ANOTHER process'}, ${wrong} of ${shown.length} wrong`,
        wanted: 'under 1 s, same process, 0 wrong',
        ok: slowest < 1_000 && pid === after && wrong === 0,
        grave: wrong > 0,
      },
    ]
  } finally {
    await app.dispose()
    await model.close()
  }
}

async function pidOf(app: App, id: string): Promise<number | undefined> {
  return (await app.api.instance(id)).process?.pid
}
