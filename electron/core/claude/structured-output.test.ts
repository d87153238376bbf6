import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { bundledClaude } from '../../../e2e/bench/raw-claude.ts'
import { startDemoModel } from '../../demo/demo-model.ts'

const resultSchema = z.object({ subtype: z.string(), num_turns: z.number(), structured_output: z.unknown() })
const schema = { type: 'object', required: ['choice'], properties: { choice: { enum: ['ship', 'hold'] } } }

test(
  'Claude Code has an answer of the wrong form corrected, and gives the right one as structured output',
  { timeout: 90_000 },
  async () => {
    const model = await startDemoModel()
    const home = await mkdtemp(join(tmpdir(), 'bullpen-structured-'))
    try {
      const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', NO_PROXY: '127.0.0.1' }
      const { stdout } = await execa(
        bundledClaude(),
        ['-p', 'Ship it? [vote: hold] [answer: {"choice": "maybe"}]', '--output-format', 'json', '--json-schema', JSON.stringify(schema)],
        {
          cwd: home,
          stdin: 'ignore',
          env: { ...quiet, HOME: home, USERPROFILE: home, ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'demo' },
        },
      )
      const result = resultSchema.parse(JSON.parse(stdout))
      expect(result).toMatchObject({ subtype: 'success', structured_output: { choice: 'hold' } })
      expect(result.num_turns).toBeGreaterThan(2)
    } finally {
      await model.close()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    }
  },
)
