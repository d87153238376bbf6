import { expect, test } from 'vitest'
import { serverResultOf } from './server-result.ts'

const result = (type: string, content: unknown, more: Record<string, unknown> = {}) =>
  serverResultOf({ type, tool_use_id: 't-1', content, ...more })

test.each<[string, unknown, string, boolean]>([
  [
    'web_search_tool_result',
    [
      { type: 'web_search_result', title: 'Weather', url: 'https://w.example/a' },
      { type: 'web_search_result', title: 'Rain', url: 'https://w.example/b' },
    ],
    'Weather\nhttps://w.example/a\n\nRain\nhttps://w.example/b',
    false,
  ],
  ['web_search_tool_result', { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' }, 'max_uses_exceeded', true],
  [
    'web_fetch_tool_result',
    { type: 'web_fetch_result', url: 'https://w.example', content: { title: 'A page', source: { type: 'text', data: 'words' } } },
    'A page\nhttps://w.example\nwords',
    false,
  ],
  ['code_execution_tool_result', { type: 'code_execution_result', stdout: 'out', stderr: 'err', return_code: 1 }, 'out\nerr', true],
  ['bash_code_execution_tool_result', { type: 'bash_code_execution_result', stdout: 'out', stderr: '', return_code: 0 }, 'out', false],
  [
    'bash_code_execution_tool_result',
    {
      type: 'bash_code_execution_result',
      stdout: 'drawn',
      return_code: 0,
      content: [{ type: 'bash_code_execution_output', file_id: 'file_1' }],
    },
    'drawn\nfile_1',
    false,
  ],
  [
    'tool_search_tool_result',
    { type: 'tool_search_tool_search_result', tool_references: [{ tool_name: 'a' }, { tool_name: 'b' }] },
    'a\nb',
    false,
  ],
  ['mcp_tool_result', [{ type: 'text', text: 'found' }], 'found', false],
  ['advisor_tool_result', { type: 'advisor_result', text: 'advice' }, 'advice', false],
  ['a_tool_result_of_next_year_tool_result', null, '', false],
])('%s of %j', (type, content, output, isError) => {
  expect(result(type, content)).toEqual({ type: 'tool_result', toolUseId: 't-1', output, isError })
})

test('other blocks are none', () => {
  for (const block of [
    null,
    'text',
    { type: 'text', text: 'x' },
    { type: 'tool_result', tool_use_id: 'a' },
    { type: 'web_search_tool_result' },
  ])
    expect(serverResultOf(block)).toBeNull()
})
