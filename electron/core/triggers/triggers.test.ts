import { appendFile, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { config, HandClock, openTriggers, RunsByHand } from './trigger-fixtures.ts'

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

const click = { kind: 'click' } as const
const outcomes = async ({ triggers }: Opened, id: string) => (await triggers.history(id)).items.map(({ outcome }) => outcome)

describe('while its run is not over, a trigger', () => {
  it('skips, and says why', async () => {
    const bench = await open()
    const { trigger } = await bench.triggers.create(config(click))
    const first = await bench.triggers.fire(trigger.id)
    const second = await bench.triggers.fire(trigger.id)
    expect(second).toMatchObject({ outcome: 'skipped', reason: 'The run that it started before is not over yet.' })
    bench.runs.end(first.runId ?? '')
    await bench.triggers.fire(trigger.id)
    expect(bench.runs.started).toHaveLength(2)
    expect((await bench.triggers.history(trigger.id)).items.map(({ outcome, runOutcome }) => [outcome, runOutcome])).toEqual([
      ['started', null],
      ['skipped', null],
      ['started', 'done'],
    ])
  })

  it('queues one, with the newest of what came', async () => {
    const bench = await open()
    const inputs = { what: '{{ trigger.word }}' }
    const { trigger } = await bench.triggers.create(config(click, { overlap: 'queue', inputs }))
    for (const word of ['a', 'b', 'c']) await bench.triggers.fire(trigger.id, { word })
    expect(await outcomes(bench, trigger.id)).toEqual(['queued', 'skipped', 'started'])
    bench.runs.end(bench.runs.started[0]?.id)
    await bench.runs.count(2)
    expect(bench.runs.started.map((run) => run.inputs)).toEqual([{ what: 'a' }, { what: 'c' }])
  })

  it('replaces it', async () => {
    const bench = await open()
    const { trigger } = await bench.triggers.create(config(click, { overlap: 'replace' }))
    const first = await bench.triggers.fire(trigger.id)
    await bench.triggers.fire(trigger.id)
    expect(bench.runs.cancelled).toEqual([first.runId])
    expect(bench.runs.started).toHaveLength(2)
    expect((await bench.triggers.history(trigger.id)).items[1]).toMatchObject({ runOutcome: 'cancelled' })
  })
})

describe('failures', () => {
  it('in a row pause it, one that is done between them begins the count anew', async () => {
    const bench = await open()
    const { trigger } = await bench.triggers.create(config(click, { pauseAfterFailures: 2 }))
    for (const outcome of ['failed', 'done', 'failed', 'failed'] as const) {
      const { runId } = await bench.triggers.fire(trigger.id)
      bench.runs.end(runId ?? '', outcome)
    }
    await expect.poll(() => bench.triggers.get(trigger.id).pausedBecause).toMatch(/^2 runs in a row failed, so it paused itself/)
    await bench.triggers.resume(trigger.id)
    expect(bench.triggers.get(trigger.id)).toMatchObject({ pausedBecause: null, failuresInARow: 0 })
  })

  it('to start a run are kept with the reason', async () => {
    const bench = await open()
    const { trigger } = await bench.triggers.create(config(click))
    bench.runs.refuse = new Error('no such recipe')
    const refused = await bench.triggers.fire(trigger.id)
    expect(refused.outcome).toBe('failed')
    expect(refused.reason).toContain('no such recipe')
    const missing = await bench.triggers.create(config(click, { inputs: { what: '{{ trigger.body.title }}' } }))
    const unfilled = await bench.triggers.fire(missing.trigger.id)
    expect(unfilled.outcome).toBe('failed')
    expect(unfilled.reason).toContain('trigger.body')
  })

  it('of what is set are told at once', async () => {
    const { triggers } = await open()
    await expect(triggers.create(config(click, { inputs: { a: '{{ steps.x }}' } }))).rejects.toThrow(/“steps.x” is not known here/)
    await expect(triggers.create(config({ kind: 'time', cron: 'now and then' }))).rejects.toThrow(/not understood/)
    await expect(triggers.create(config({ kind: 'files', folder: '/nowhere', glob: '*', debounceMs: 0 }))).rejects.toThrow(/is not there/)
    const slow = { kind: 'files', folder: '/', glob: '{a,b}'.repeat(30), debounceMs: 0 } as const
    await expect(triggers.create(config(slow))).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'on.glob' } })
    await expect(triggers.matchingFiles(slow)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(triggers.create(config({ kind: 'git', folder: '/' }))).rejects.toThrow(/in no git repository/)
  })
})

describe('cut off', () => {
  /** The journal as a kill leaves it: up to and with the line of this type. */
  async function cutAfter(home: string, id: string, type: string): Promise<void> {
    const path = join(home, 'triggers', `${id}.jsonl`)
    const lines = (await readFile(path, 'utf8')).split('\n')
    const last = lines.findLastIndex((line) => line.includes(`"type":"${type}"`))
    await rm(path)
    await appendFile(path, `${lines.slice(0, last + 1).join('\n')}\n{"type":"beg`)
  }

  it('before its run was started, between the two, and before its end was known: the next start finishes it, once', async () => {
    for (const [type, wasStarted] of [
      ['fired', false],
      ['fired', true],
      ['begun', true],
    ] as const) {
      const before = await open()
      const { trigger } = await before.triggers.create(config(click, { inputs: { a: 1 } }))
      await before.triggers.fire(trigger.id)
      await before.close()
      await cutAfter(before.home, trigger.id, type)
      const starter = wasStarted ? before.runs : new RunsByHand()
      if (type === 'begun') starter.end(starter.started[0]?.id, 'failed')
      const after = await open({ home: before.home, starter })
      expect(starter.started).toHaveLength(1)
      expect(starter.started[0]).toMatchObject({ inputs: { a: 1 }, recipe: 'work' })
      expect(after.triggers.get(trigger.id).failuresInARow).toBe(type === 'begun' ? 1 : 0)
      expect((await after.triggers.history(trigger.id)).items).toHaveLength(1)
    }
  })

  it('while one was queued: it begins once the run before it is over', async () => {
    const before = await open()
    const { trigger } = await before.triggers.create(config(click, { overlap: 'queue' }))
    for (const word of ['a', 'b', 'c']) await before.triggers.fire(trigger.id, { word })
    await before.close()
    before.runs.end(before.runs.started[0]?.id)
    const after = await open({ home: before.home, starter: before.runs })
    expect(before.runs.started).toHaveLength(2)
    expect(await outcomes(after, trigger.id)).toEqual(['started', 'skipped', 'started'])
  })

  it('nothing is started that is not on disk', async () => {
    const bench = await open()
    const { trigger } = await bench.triggers.create(config(click))
    await rm(join(bench.home, 'triggers'), { recursive: true })
    await expect(bench.triggers.fire(trigger.id)).rejects.toThrow(/triggers/)
    expect(bench.runs.started).toHaveLength(0)
  })
})

it('what comes while nothing can be written is refused, or started once it can be, once', async () => {
  const clock = new HandClock('2026-05-01T06:59:59Z')
  const { triggers, runs, home } = await open({ clock })
  const made = await triggers.create(config({ kind: 'time', cron: '0 7 * * *', timeZone: 'UTC' }))
  const { id } = made.trigger
  await rename(join(home, 'triggers'), join(home, 'away'))
  clock.pass(1_000)
  // The one that was due has been tried before this.
  await expect(triggers.fire(id)).rejects.toThrow(/triggers/)
  expect(runs.started).toHaveLength(0)
  await rename(join(home, 'away'), join(home, 'triggers'))
  await runs.count(1)
  runs.end(runs.started[0]?.id)
  await expect.poll(() => triggers.history(id)).toMatchObject({ items: [{ dueAt: '2026-05-01T07:00:00.000Z', runOutcome: 'done' }] })
  expect(runs.started).toHaveLength(1)
})

describe('changes', () => {
  it('that come at the same time are all kept', async () => {
    const { triggers, home } = await open()
    const { trigger } = await triggers.create(config(click))
    const on = { kind: 'files', folder: home, glob: '*', debounceMs: 0 } as const
    const changes = [{ on }, { name: 'Other' }, { overlap: 'queue' as const }, { enabled: false }]
    await Promise.all(changes.map((change) => triggers.update(trigger.id, change)))
    expect(triggers.get(trigger.id)).toMatchObject({ on, name: 'Other', overlap: 'queue', enabled: false })
  })

  it('of one that is deleted meanwhile are refused', async () => {
    const { triggers } = await open()
    const { id } = (await triggers.create(config(click))).trigger
    const removed = triggers.remove(id)
    const late = [triggers.update(id, { name: 'Late' }), triggers.resume(id), triggers.remove(id)]
    for (const call of late) await expect(call).rejects.toThrow(/There is no trigger/)
    await removed
    await expect(triggers.fire(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(triggers.list()).toEqual([])
  })
})

describe('another run', () => {
  it('that ends starts one, and a circle of them ends', async () => {
    const { runs, triggers } = await open()
    const again = await triggers.create(config({ kind: 'run', recipe: 'work', outcome: 'done' }))
    await runs.start({ recipe: 'work', inputs: {}, trigger: {}, key: 'by-hand', cause: { kind: 'person' } })
    for (let count = 1; count <= 11; count += 1) {
      runs.end(runs.started[count - 1]?.id)
      if (count < 11) await runs.count(count + 1)
    }
    await expect.poll(async () => (await triggers.history(again.trigger.id)).items[0]?.reason).toMatch(/circle/)
    expect(runs.started).toHaveLength(11)
    runs.end(runs.started[10]?.id, 'failed')
    expect(runs.started).toHaveLength(11)
  })

  it('that ended while nobody listened starts one at the next start, once', async () => {
    const before = await open()
    await before.triggers.create(config({ kind: 'run', recipe: 'other' }))
    const { id } = await before.runs.start({ recipe: 'other', inputs: {}, trigger: {}, key: 'by-hand', cause: { kind: 'call' } })
    await before.close()
    before.runs.end(id)
    for (let start = 0; start < 2; start += 1) {
      const after = await open({ home: before.home, starter: before.runs })
      await before.runs.count(2)
      await after.close()
    }
    expect(before.runs.started).toHaveLength(2)
  })
})

describe('time', () => {
  const daily = { kind: 'time', cron: 'every day at 9', timeZone: 'Europe/Berlin' } as const
  const hour = 3_600_000

  it('comes, is told in words, and shows its next five', async () => {
    const clock = new HandClock('2026-03-28T07:59:00Z')
    const { triggers, runs } = await open({ clock })
    const { trigger } = await triggers.create(config(daily))
    expect(trigger.summary).toBe('every day at 9:00 (Europe/Berlin)')
    expect(trigger.next.slice(0, 2)).toEqual(['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z'])
    expect(trigger.next).toHaveLength(5)
    clock.pass(60_000)
    await runs.count(1)
    expect((await triggers.history(trigger.id)).items).toMatchObject([{ dueAt: '2026-03-28T08:00:00.000Z', outcome: 'started' }])
  })

  it.each([
    ['once', [['started', null]]],
    [
      'all',
      [
        ['queued', null],
        ['skipped', 'A newer one took its place.'],
        ['started', null],
      ],
    ],
    ['none', [['skipped', 'It was due 3 times while the computer slept or Bullpen did not run.']]],
  ] as const)('that went by while the computer slept or nothing ran: %s', async (missed, wanted) => {
    for (const how of ['slept', 'restarted']) {
      const clock = new HandClock('2026-05-01T12:00:00Z')
      const bench = await open({ clock })
      const { trigger } = await bench.triggers.create(config(daily, { missed, overlap: 'queue' }))
      if (how === 'restarted') await bench.close()
      clock.jump(3 * 24 * hour)
      const { triggers } = how === 'restarted' ? await open({ clock, home: bench.home, starter: bench.runs }) : bench
      clock.pass(10_000)
      // A firing is in the history before its run begins.
      const begun = missed === 'none' ? 0 : 1
      await bench.runs.count(begun)
      const firings = async () => (await triggers.history(trigger.id)).items
      await expect.poll(async () => (await firings()).map(({ outcome, reason }) => [outcome, reason])).toEqual(wanted)
      expect(bench.runs.started).toHaveLength(begun)
      expect((await firings())[0]?.dueAt).toBe('2026-05-04T07:00:00.000Z')
    }
  })

  it('does not come twice when the clock is set back, and goes on from where it is', async () => {
    const clock = new HandClock('2026-05-01T06:59:00Z')
    const { triggers, runs } = await open({ clock })
    const { trigger } = await triggers.create(config(daily))
    clock.pass(61_000)
    await runs.count(1)
    runs.end(runs.started[0]?.id)
    clock.jump(-2 * hour)
    clock.pass(3 * hour)
    clock.jump(-400 * 24 * hour)
    clock.pass(24 * hour)
    await runs.count(2)
    expect((await triggers.history(trigger.id)).items.map(({ dueAt }) => dueAt)).toEqual([
      '2025-03-28T08:00:00.000Z',
      '2026-05-01T07:00:00.000Z',
    ])
  })

  it('does not come while it is off, nor what was due meanwhile', async () => {
    const clock = new HandClock('2026-05-01T06:00:00Z')
    const { triggers, runs } = await open({ clock })
    const { trigger } = await triggers.create(config(daily))
    await triggers.update(trigger.id, { enabled: false })
    clock.pass(24 * hour)
    await triggers.update(trigger.id, { enabled: true })
    clock.pass(hour / 2)
    expect(runs.started).toHaveLength(0)
    clock.pass(hour)
    await runs.count(1)
    expect((await triggers.history(trigger.id)).items).toMatchObject([{ dueAt: '2026-05-02T07:00:00.000Z' }])
  })
})
