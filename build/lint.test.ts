import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const root = path.resolve(import.meta.dirname, '..')
const reportSchema = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) })
/** Each file breaks one rule on purpose. */
const violations: { file: string; rule: string; source: string }[] = [
  { file: 'shared/a.ts', rule: 'bullpen(layers)', source: "import { join } from 'node:path'\nexport const a = join('a', 'b')\n" },
  { file: 'shared/b.ts', rule: 'bullpen(layers)', source: "import { execa } from 'execa'\nexport const b = execa\n" },
  { file: 'shared/c.ts', rule: 'bullpen(layers)', source: "export { b } from '../electron/core/storage/b.ts'\n" },
  { file: 'electron/core/storage/b.ts', rule: 'bullpen(layers)', source: "import { app } from 'electron'\nexport const b = app\n" },
  { file: 'electron/core/storage/c.ts', rule: 'bullpen(layers)', source: "export const c = import('../conversations/d.ts')\n" },
  { file: 'electron/core/conversations/d.ts', rule: 'bullpen(layers)', source: "import { x } from '../claude/x.ts'\nexport const d = x\n" },
  {
    file: 'electron/core/instances/e.ts',
    rule: 'bullpen(layers)',
    source: "import { d } from '../conversations/d.ts'\nexport const e = d\n",
  },
  { file: 'electron/core/pool/f.ts', rule: 'bullpen(layers)', source: "import { x } from '../api/x.ts'\nexport const f = x\n" },
  {
    file: 'electron/core/pool/g.ts',
    rule: 'bullpen(layers)',
    source: "import { query } from '@anthropic-ai/claude-agent-sdk'\nexport const g = query\n",
  },
  { file: 'electron/web/h.ts', rule: 'bullpen(layers)', source: "import { x } from '../desktop/x.ts'\nexport const h = x\n" },
  { file: 'electron/desktop/i.ts', rule: 'bullpen(layers)', source: "import { h } from '../web/h.ts'\nexport const i = h\n" },
  {
    file: 'renderer/state/j.ts',
    rule: 'bullpen(layers)',
    source: "import { b } from '../../electron/core/storage/b.ts'\nexport const j = b\n",
  },
  { file: 'renderer/state/k.ts', rule: 'bullpen(layers)', source: "import fs from 'node:fs'\nexport const k = fs\n" },
  {
    file: 'renderer/ui/t.ts',
    rule: 'bullpen(layers)',
    source: "import { u } from '../features/pool/u.ts'\nexport const t = u\n",
  },
  {
    file: 'renderer/features/pool/u.ts',
    rule: 'bullpen(layers)',
    source: "import { v } from '../metrics/v.ts'\nexport const u = v\n",
  },
  { file: 'electron/attic/l.ts', rule: 'bullpen(layers)', source: "import { z } from 'zod'\nexport const l = z\n" },
  { file: 'renderer/state/m.ts', rule: 'typescript(no-explicit-any)', source: 'export const m = (value: any): number => Number(value)\n' },
  { file: 'renderer/state/n.ts', rule: 'import(no-cycle)', source: "import { o } from './o.ts'\nexport const n = (): number => o()\n" },
  { file: 'renderer/state/o.ts', rule: 'import(no-cycle)', source: "import { n } from './n.ts'\nexport const o = (): number => n()\n" },
  { file: 'renderer/state/p.ts', rule: 'import(no-default-export)', source: 'export default 1\n' },
  { file: 'electron/core/pool/q.ts', rule: 'eslint(no-console)', source: "console.log('q')\n\nexport {}\n" },
  {
    file: 'renderer/state/r.ts',
    rule: 'typescript(no-floating-promises)',
    source: 'export const r = (): void => {\n  Promise.resolve(1)\n}\n',
  },
  { file: 'renderer/state/s.ts', rule: 'typescript(no-unsafe-assignment)', source: "export const s: { t: string } = JSON.parse('{}')\n" },
]
/** These break nothing. */
const sound = [
  { file: 'shared/sound.ts', source: "import { z } from 'zod'\nexport const sound = z.string()\n" },
  { file: 'electron/core/instances/sound.ts', source: "import { sound } from '../../../shared/sound.ts'\nexport const fine = sound\n" },
  { file: 'renderer/features/conversations/sound.ts', source: 'export const fine = 1\n' },
  { file: 'renderer/features/instances/sound.ts', source: "import { fine } from '../conversations/sound.ts'\nexport const finer = fine\n" },
  { file: 'renderer/state/sound.test.ts', source: "import { readFileSync } from 'node:fs'\nexport const fine = readFileSync\n" },
]

let folder = ''
let found: { code: string; filename: string }[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-lint-'))
  for (const { file, source } of [...violations, ...sound]) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), source)
  }
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: path.join(root, 'tsconfig.json'),
      include: ['shared', 'electron', 'renderer'],
      compilerOptions: { types: [] },
    }),
  )
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  found = await lint(folder)
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the lint rules', () => {
  test.each(violations)('$rule finds what is wrong in $file', ({ file, rule }) => {
    expect(found.filter((one) => one.filename === file).map((one) => one.code)).toContain(rule)
  })

  test.each(sound)('nothing is said about $file', ({ file }) => {
    expect(found.filter((one) => one.filename === file)).toEqual([])
  })
})

async function lint(cwd: string): Promise<{ code: string; filename: string }[]> {
  const oxlint = path.join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const args = [oxlint, '-c', path.join(root, 'build', 'oxlintrc.json'), '--type-aware', '-f', 'json', 'shared', 'electron', 'renderer']
  // Exits with 1 when it finds something, which here is the point.
  const output = await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 1 << 26 }).catch((error: unknown) => error)
  const { stdout } = z.object({ stdout: z.string() }).parse(output)
  return reportSchema.parse(JSON.parse(stdout)).diagnostics
}
