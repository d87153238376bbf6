import { describe, expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

describe('what the command line says', () => {
  test('service, with what it takes', () => {
    const service = { name: 'service', action: 'install', home: null, port: 0, demo: false, lines: 50, json: false }
    expect(readArguments(['service', 'install'])).toEqual(service)
    const all = ['service', 'logs', '--home', '/tmp/x', '--port', '4000', '--demo', '--lines', '5', '--json']
    expect(readArguments(all)).toEqual({ ...service, action: 'logs', home: '/tmp/x', port: 4_000, demo: true, lines: 5, json: true })
    expect(() => readArguments(['service'])).toThrow('needs one of: install, status, logs, uninstall')
    expect(() => readArguments(['service', 'frob'])).toThrow('frob')
    expect(() => readArguments(['service', 'logs', 'more'])).toThrow('more')
    expect(() => readArguments(['service', 'logs', '--lines', '0'])).toThrow('1 to 10000')
  })

  test('runs, with what it takes', () => {
    expect(readArguments(['runs', '--json'])).toEqual({ name: 'runs', home: null, json: true, answer: null })
    const answer = { runId: 'run_1', stepId: 'go', decision: 'approve', message: 'Yes' }
    expect(readArguments(['runs', 'answer', 'run_1', 'go', 'approve', '--message', 'Yes'])).toMatchObject({ name: 'runs', answer })
    for (const words of [['frob'], ['answer', 'run_1', 'go', 'approve', 'more']])
      expect(() => readArguments(['runs', ...words])).toThrow(words.at(-1) ?? '')
    for (const words of [['answer'], ['answer', 'run_1', 'go', 'maybe']])
      expect(() => readArguments(['runs', ...words])).toThrow('needs a run, a step, and one of: approve, reject, retry, skip, done')
  })

  test('serve, with what it takes', () => {
    expect(readArguments(['serve'])).toEqual({
      name: 'serve',
      port: 0,
      home: null,
      demo: false,
      open: false,
      newToken: false,
      allowHosts: [],
    })
    const all = [
      'serve',
      '--port',
      '4000',
      '--home',
      '/tmp/x',
      '--demo',
      '--open',
      '--new-token',
      '--allow-host',
      'NAS.local:80',
      '--allow-host=b',
    ]
    expect(readArguments(all)).toEqual({
      name: 'serve',
      port: 4_000,
      home: '/tmp/x',
      demo: true,
      open: true,
      newToken: true,
      allowHosts: ['nas.local', 'b'],
    })
    expect(readArguments(['--demo', 'serve', '--port=0'])).toMatchObject({ name: 'serve', demo: true, port: 0 })
  })
  test('help and version, also beside other words', () => {
    for (const args of [[], ['--help'], ['-h'], ['serve', '--help']]) expect(readArguments(args)).toEqual({ name: 'help' })
    for (const args of [['--version'], ['-v']]) expect(readArguments(args)).toEqual({ name: 'version' })
  })
  const wrong: [string, string[]][] = [
    ['dance', ['dance']],
    ['more', ['serve', 'more']],
    ['--loud', ['serve', '--loud']],
    ['--port', ['serve', '--port']],
    ['70000', ['serve', '--port', '70000']],
    ['-1', ['serve', '--port=-1']],
    ['abc', ['serve', '--port', 'abc']],
    ['1.5', ['serve', '--port', '1.5']],
    ['http://x', ['serve', '--allow-host', 'http://x']],
    ['*', ['serve', '--allow-host', '*']],
  ]
  for (const [word, args] of wrong) {
    test(`“${args.join(' ')}” is refused and “${word}” named`, () => {
      expect(() => readArguments(args)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
      expect(() => readArguments(args)).toThrow(word)
    })
  }
})
