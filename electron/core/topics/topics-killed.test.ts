import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { within } from '../../../e2e/support/until.ts'
import { TopicWorld } from './topic-fixtures.ts'

const fixture = resolve(import.meta.dirname, '..', '..', '..', 'e2e', 'fixtures', 'topics-killed.ts')
const count = 14
const kills = 3

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bullpen-topics-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Runs the chain until it is over or, at the latest `ms` after it has opened, killed; answers whether it is over. */
async function run(ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [fixture, home, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let timer: NodeJS.Timeout | undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (Number.isFinite(ms)) timer ??= setTimeout(() => child.kill('SIGKILL'), ms)
  })
  await within(60_000, 'the chain to end', new Promise((ended) => child.once('exit', ended))).finally(() => child.kill('SIGKILL'))
  clearTimeout(timer)
  return said.includes('over')
}

test('killed at any moment, a chain loses no message and asks for none twice that may have had an effect', async () => {
  for (let kill = 0; kill < kills; kill += 1) await run(Math.random() * 300)
  expect(await run(Number.POSITIVE_INFINITY)).toBe(true)
  const world = await TopicWorld.open(home, ['inst_000000000001'])
  try {
    const messages = { in: await world.messages('in'), middle: await world.messages('middle'), out: await world.messages('out') }
    expect(messages.in.map(({ text }) => text)).toEqual(Array.from({ length: count }, (_, index) => String(index + 1)))
    const dead = Object.values(messages).flatMap((all) => all.filter(({ state }) => state === 'dead'))
    // Only what was cut off when something may have been changed is not done, and says so.
    for (const { text, mayBeRepeated, error } of dead)
      expect({ effects: Number(text) % 7 === 0, mayBeRepeated, code: error?.code }).toEqual({
        effects: true,
        mayBeRepeated: true,
        code: 'TURN_LOST',
      })
    const arrived = [...messages.out.map(({ text }) => text), ...dead.filter((one) => !messages.out.includes(one)).map(({ text }) => text)]
    expect(arrived.toSorted((a, b) => Number(a) - Number(b))).toEqual(messages.in.map(({ text }) => text))
    const turns = readFileSync(join(home, 'turns.jsonl'), 'utf8').match(/"text":"\d+","turnId":"[^"]+","ended":null/g) ?? []
    expect(new Set(turns).size).toBe(turns.length)
    expect(messages.out.filter(({ state }) => state === 'done').every(({ text, answer }) => text === answer)).toBe(true)
  } finally {
    await world.close()
  }
}, 120_000)
