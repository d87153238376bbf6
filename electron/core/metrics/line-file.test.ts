import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { LineFile } from './line-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bullpen-lines-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const schema = z.object({ n: z.number() })

test('what is added after a torn line is there at the next start, and so is what came before it', () => {
  const path = join(folder, 'lines.jsonl')
  const first = new LineFile(path, schema)
  expect(first.read()).toEqual([])
  first.append([{ n: 1 }, { n: 2 }])
  appendFileSync(path, '{"n": 3, "tor')
  const second = new LineFile(path, schema)
  expect(second.read()).toEqual([{ n: 1 }, { n: 2 }])
  second.append([{ n: 4 }])
  second.append([{ n: 5 }])
  expect(new LineFile(path, schema).read()).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }, { n: 5 }])
})
