import { expect, test } from 'vitest'
import type { CommandInfo } from '../../../../shared/domain/claude-info.ts'
import { commandOptions } from './command-options.ts'
import { stepOf } from './command-step.ts'
import type { OwnCommand } from './own-commands.ts'

const place = { conversationId: 'conv_1', instanceId: 'inst_1' }
const theirs = (name: string, aliases: string[] = []): CommandInfo => ({
  name,
  aliases,
  description: '',
  argumentHint: '',
  builtin: true,
  source: 'builtin',
})
const ours = (name: string, more: Partial<OwnCommand> = {}): OwnCommand => ({
  name,
  aliases: [],
  description: '',
  argumentHint: '',
  run: () => undefined,
  ...more,
})
const own = [
  ours('clear', { aliases: ['new', 'reset'] }),
  ours('usage', { aliases: ['stats'] }),
  ours('status', { aliases: ['cost'] }),
  ours('mcp', { aloneOnly: true }),
  ours('plan', { argumentHint: '[what to plan]' }),
  ours('effort', { argumentHint: '<low|high>', needsArgument: true }),
  ours('help'),
]
const all = commandOptions([theirs('clear', ['new', 'reset']), theirs('mcp'), theirs('usage', ['cost']), theirs('compact')], own, [], place)

function step(text: string) {
  const [, name = '', argument = ''] = /^\/(\S+)\s*(.*)$/.exec(text) ?? []
  const found = stepOf({ name, argument, own, all })
  return found.kind === 'run' ? `ours: ${found.command.name}` : found.kind
}

test('what has a screen here is answered by it, also by its other names', () => {
  expect(['/usage', '/stats', '/mcp', '/cost', '/help', '/new', '/plan', '/effort low'].map(step)).toEqual([
    'ours: usage',
    'ours: usage',
    'ours: mcp',
    'ours: status',
    'ours: help',
    'ours: clear',
    'ours: plan',
    'ours: effort',
  ])
})

test('nothing that was typed behind a command is lost: it is used, goes to Claude Code, or is said to be too much', () => {
  expect(step('/plan the next release')).toBe('ours: plan')
  expect(step('/effort')).toBe('send')
  expect(step('/mcp reconnect files')).toBe('send')
  expect(step('/compact keep the names')).toBe('send')
  expect(step('/new and something to do')).toBe('refuse')
  expect(stepOf({ name: 'help', argument: 'me', own, all })).toMatchObject({ words: expect.stringContaining('Remove “me”') as string })
})

test('what only a terminal has is explained, unless Claude Code has it here; what nobody knows is asked about', () => {
  expect(stepOf({ name: 'btw', argument: 'why?', own, all })).toMatchObject({ words: expect.stringContaining('/fork') as string })
  expect(step('/rewind')).toBe('refuse')
  expect(stepOf({ name: 'vim', argument: '', own, all: [...all, ...commandOptions([theirs('vim')], [], [], place)] })).toEqual({
    kind: 'send',
  })
  expect(stepOf({ name: 'compat', argument: '', own, all })).toEqual({ kind: 'ask', nearest: 'compact' })
})
