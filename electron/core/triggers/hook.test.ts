import { rm } from 'node:fs/promises'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import { config, openTriggers } from './trigger-fixtures.ts'

type Opened = Awaited<ReturnType<typeof openTriggers>>
const opened: Opened[] = []
const open = async (...args: Parameters<typeof openTriggers>): Promise<Opened> => {
  const bench = await openTriggers(...args)
  opened.push(bench)
  return bench
}
afterEach(async () => {
  for (const { close, home } of opened.splice(0)) {
    await close()
    await rm(home, { recursive: true, force: true })
  }
})

describe('a hook', () => {
  const body = Buffer.from('{"action":"opened","pull_request":{"title":"Mend it"}}')
  const signed = (secret: string, id: string, { payload = body, at = new Date() } = {}) => ({
    'Webhook-Id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, payload.toString()),
  })
  const filter = [{ path: 'action', equals: 'opened' }]

  it('called a thousand times with one key starts one run, and after a restart none', async () => {
    const bench = await open()
    const on = { kind: 'hook', filter } as const
    const made = await bench.triggers.create(config(on, { inputs: { title: '{{ trigger.body.pull_request.title }}' } }))
    const { id, hookPath } = made.trigger
    expect(hookPath).toBe(`/hooks/${id}`)
    const headers = signed(made.secret ?? '', 'msg_1')
    const all = await Promise.all(Array.from({ length: 1_000 }, () => bench.triggers.receive(id, headers, body)))
    expect(all.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1)
    expect(new Set(all.map(({ runId }) => runId)).size).toBe(1)
    expect(bench.runs.started).toMatchObject([{ inputs: { title: 'Mend it' } }])
    await bench.close()
    const after = await open({ home: bench.home, starter: bench.runs })
    expect(await after.triggers.receive(id, headers, body)).toMatchObject({ isRepeated: true, outcome: 'started' })
    expect((await after.triggers.history(id)).items).toHaveLength(1)
  })

  it('takes nothing that is not signed as it should be, and no more than it can read', async () => {
    const { triggers, runs } = await open()
    const { trigger, secret } = await triggers.create(config({ kind: 'hook', filter: [] }))
    const good = secret ?? ''
    const call = (headers: Record<string, string>, payload = body) => triggers.receive(trigger.id, headers, payload)
    await expect(call({})).rejects.toThrow(/webhook-id is missing/)
    await expect(call(signed('whsec_AAAA', 'msg_1'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(call(signed(good, 'msg_1'), Buffer.from('{}'))).rejects.toThrow(/signature is wrong/)
    for (const signature of ['', 'v1', 'v1,', 'v2,x', ','])
      await expect(call({ ...signed(good, 'msg_1'), 'webhook-signature': signature })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(call(signed(good, 'msg_1', { at: new Date(Date.now() - 6 * 60_000) }))).rejects.toThrow(/five minutes ago/)
    await expect(call(signed(good, 'msg_1', { payload: Buffer.from('{') }), Buffer.from('{'))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    const deep = Buffer.from(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)
    await expect(call(signed(good, 'msg_1', { payload: deep }), deep)).rejects.toThrow(/nested more than/)
    const large = Buffer.alloc(1_000_001, ' ')
    await expect(call(signed(good, 'msg_1', { payload: large }), large)).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(triggers.receive('trig_000000000000', signed(good, 'msg_1'), body)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(runs.started).toHaveLength(0)
    const renewed = await triggers.renewSecret(trigger.id)
    await expect(call(signed(good, 'msg_1'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await call(signed(renewed.secret, 'msg_1'))).toMatchObject({ outcome: 'started' })
  })

  it('keeps what its filter passes over, and may be tried again when the run could not be started', async () => {
    const { triggers, runs } = await open()
    const { trigger, secret } = await triggers.create(config({ kind: 'hook', filter }))
    const other = Buffer.from('{"action":"closed"}')
    const answer = await triggers.receive(trigger.id, signed(secret ?? '', 'msg_1', { payload: other }), other)
    expect(answer).toMatchObject({ outcome: 'skipped', reason: 'action is "closed", not "opened".' })
    runs.refuse = new Error('not now')
    const headers = signed(secret ?? '', 'msg_2')
    expect(await triggers.receive(trigger.id, headers, body)).toMatchObject({ outcome: 'failed' })
    runs.refuse = null
    expect(await triggers.receive(trigger.id, headers, body)).toMatchObject({ outcome: 'started', isRepeated: false })
    expect(JSON.stringify(triggers.list())).not.toContain('whsec')
  })
})
