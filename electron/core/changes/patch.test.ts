import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linesOf } from './byte-lines.ts'
import { Workshop } from './change-fixtures.ts'
import { changedLines, withChosen, withoutChosen } from './pick-lines.ts'
import { readPatch, wholePatch, type PatchHunk } from './patch.ts'
import { pageOfHunks } from './shown-hunks.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await Workshop.open()
})
afterAll(() => shop.close())

async function diff(old: Buffer, now: Buffer, ...more: string[]): Promise<PatchHunk[]> {
  const [a, b] = [join(shop.folder, 'a'), join(shop.folder, 'b')]
  writeFileSync(a, old)
  writeFileSync(b, now)
  try {
    execFileSync('git', ['diff', '--no-index', '--text', '--no-color', ...more, a, b], { stdio: 'pipe' })
    return []
  } catch (thrown) {
    // It ends with 1 where there is a difference.
    if (thrown instanceof Error && 'stdout' in thrown && Buffer.isBuffer(thrown.stdout)) return readPatch(thrown.stdout)
    throw thrown
  }
}

/** Few different lines, so that many are the same, and some that look like parts of a patch. */
const line = fc.constantFrom('', 'a', 'b', '  a', '-- x', '+y', '@@ -1 +1 @@', '\\ No newline', 'z\r', '\u00e9', '\u0000')
const file = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
  .map(([lines, ends]) => Buffer.from(lines.join('\n') + (ends && lines.length > 0 ? '\n' : '')))

describe('a patch of git', () => {
  it('leads from one side to the other and back, wholly or by any lines of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        file,
        fc.constantFrom('-U0', '-U3', '-U100', '-w'),
        fc.infiniteStream(fc.boolean()),
        async (old, now, how, coin) => {
          const hunks = await diff(old, now, how)
          const all = changedLines(hunks)
          const some = (lines: Set<number>) => [...lines].filter(() => coin.next().value)
          const chosen = { removed: some(all.removed), added: some(all.added) }
          const everything = { removed: [...all.removed], added: [...all.added] }
          const rest = {
            removed: everything.removed.filter((one) => !chosen.removed.includes(one)),
            added: everything.added.filter((one) => !chosen.added.includes(one)),
          }
          const none = { removed: [], added: [] }
          expect(withChosen(old, now, hunks, none)).toEqual(old)
          expect(withoutChosen(old, now, hunks, none)).toEqual(now)
          // With white space left out, lines that are the same but for it stay as they are.
          if (how === '-w') return
          expect(withChosen(old, now, hunks, everything)).toEqual(now)
          expect(withoutChosen(old, now, hunks, everything)).toEqual(old)
          expect(withChosen(old, now, hunks, chosen)).toEqual(withoutChosen(old, now, hunks, rest))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is refused lines that it does not change', async () => {
    const [old, now] = [Buffer.from('a\nb\n'), Buffer.from('a\nc\n')]
    const hunks = await diff(old, now)
    expect(changedLines(hunks)).toEqual({ removed: new Set([2]), added: new Set([2]) })
    expect(() => withChosen(old, now, hunks, { removed: [1], added: [] })).toThrow(/not part of this difference/)
  })

  it('is shown in pages that together are the whole, each with its own places', async () => {
    const old = Buffer.from(Array.from({ length: 9_000 }, (_, n) => `old ${n}\n`).join(''))
    const now = Buffer.concat([
      Buffer.from('caf\xe9\n', 'latin1'),
      Buffer.from('x'.repeat(30_000)),
      Buffer.from('\n'),
      old.subarray(0, 10_000),
    ])
    const hunks = await diff(old, now)
    const first = await pageOfHunks(hunks, 0)
    expect(first).toMatchObject({ encoding: 'latin1', nextLine: 1_000 })
    expect(first.hunks[0]?.lines.slice(0, 2)).toMatchObject([
      { kind: '+', text: 'café' },
      { kind: '+', cut: true },
    ])
    const shown: { kind: string; at: number }[] = []
    let removed = 0
    for (let next: number | null = 0; next !== null;) {
      const page = await pageOfHunks(hunks, next)
      for (const { oldStart, newStart, lines, oldLines, newLines } of page.hunks) {
        let [old, now] = [oldStart, newStart]
        for (const { kind } of lines) {
          shown.push({ kind, at: kind === '+' ? now : old })
          if (kind !== '+') old += 1
          if (kind !== '-') now += 1
        }
        expect([old - oldStart, now - newStart]).toEqual([oldLines, newLines])
      }
      next = page.nextLine
    }
    removed = shown.filter(({ kind }) => kind === '-').length
    expect(shown).toHaveLength(hunks.reduce((sum, { lines }) => sum + lines.length, 0))
    expect(new Set(shown.flatMap(({ kind, at }) => (kind === '-' ? [at] : [])))).toEqual(changedLines(hunks).removed)
    expect(removed).toBe(changedLines(hunks).removed.size)
  })

  it('of a file that came or went is all of it', () => {
    const lines = linesOf(Buffer.from('a\nb'))
    expect(wholePatch(lines, '+')[0]).toMatchObject({ oldStart: 0, oldLines: 0, newStart: 1, newLines: 2 })
    expect(wholePatch(lines, '+')[0]?.lines.map(({ open }) => open)).toEqual([false, true])
    const hunks = wholePatch(lines, '-')
    expect(withoutChosen(Buffer.from('a\nb'), Buffer.alloc(0), hunks, { removed: [2], added: [] }).toString()).toBe('b')
  })
})
