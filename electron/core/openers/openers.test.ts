import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { fillCommand, splitCommand } from './command-line.ts'
import { findOpeners, hasDisplay } from './find-openers.ts'
import { Openers } from './openers.ts'

let folder: string
let work: string
let bin: string
let chosen: { editor: string | null; terminal: string | null }

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-openers-')))
  work = join(folder, 'work')
  bin = join(folder, 'bin')
  await mkdir(join(work, 'sub'), { recursive: true })
  await mkdir(bin)
  await writeFile(join(work, 'sub', 'a b.ts'), 'x')
  await writeFile(join(folder, 'outside'), 'x')
  await symlink(join(folder, 'outside'), join(work, 'out'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program that writes down how it was started. */
async function program(name: string, rest = ''): Promise<string> {
  const path = join(bin, name)
  await writeFile(
    path,
    `#!/bin/sh\n{ pwd; printf '%s\\n' "$@"; echo "marker=$BULLPEN_PROCESS"; } > "${folder}/${name}.new"\nmv "${folder}/${name}.new" "${folder}/${name}.said"\n${rest}`,
  )
  await chmod(path, 0o755)
  return path
}

async function said(name: string): Promise<string[]> {
  const path = join(folder, `${name}.said`)
  const text = await until(`${name} to say how it was started`, () => readFile(path, 'utf8').catch(() => null))
  await rm(path)
  return text.trim().split('\n')
}

function openers(env: Record<string, string> = {}): Openers {
  return new Openers({
    environment: () => Promise.resolve({ PATH: `${bin}:/bin:/usr/bin`, DISPLAY: ':9', ...env }),
    chosen: () => chosen,
    foldersOf: () => Promise.resolve([join(work, 'sub'), work]),
  })
}

describe.runIf(process.platform === 'linux')('what is opened', () => {
  beforeAll(async () => {
    await program('code')
    await program('kitty')
    await program('nvim')
    await program('nautilus')
    chosen = { editor: null, terminal: null }
  })

  it('is shown by the first that was found, at its line, and by whichever is asked for', async () => {
    const all = openers()
    expect((await all.list()).map(({ id }) => id)).toEqual(expect.arrayContaining(['code', 'nvim', 'kitty', 'nautilus']))
    const file = join(work, 'sub', 'a b.ts')
    expect(await all.open({ path: 'a b.ts', line: 12, with: 'editor' })).toBe('Visual Studio Code')
    expect(await said('code')).toEqual([join(work, 'sub'), '--goto', `${file}:12`, 'marker='])
    expect(await all.open({ path: 'sub/a b.ts', line: 3, with: 'nvim' })).toBe('Neovim')
    expect(await said('kitty')).toEqual([join(work, 'sub'), join(bin, 'nvim'), '+3', file, 'marker='])
    await all.open({ with: 'terminal' })
    expect(await said('kitty')).toEqual([join(work, 'sub'), '--directory', join(work, 'sub'), 'marker='])
    await all.open({ path: file, with: 'files' })
    expect(await said('nautilus')).toEqual([join(work, 'sub'), '--select', file, 'marker='])
  })

  it('is shown by a command of the user’s, which no shell reads', async () => {
    await program('my editor')
    chosen = { editor: `"${join(bin, 'my editor')}" -n {line} "$(touch x)" {file}`, terminal: join(bin, 'kitty') }
    await openers().open({ path: 'a b.ts', with: 'editor' })
    expect(await said('my editor')).toEqual([join(work, 'sub'), '-n', '1', '$(touch x)', join(work, 'sub', 'a b.ts'), 'marker='])
    await openers().open({ path: 'a b.ts', with: 'terminal' })
    expect(await said('kitty')).toEqual([join(work, 'sub'), join(work, 'sub'), 'marker='])
    chosen = { editor: null, terminal: null }
  })

  it('must lie in the folders, unless its whole path is given, and be a file or a folder', async () => {
    const all = openers()
    await expect(all.open({ path: '../../outside', with: 'code' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(all.open({ path: 'out', with: 'code' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(all.open({ path: 'missing', with: 'code' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(all.open({ path: '/dev/null', with: 'code' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await all.open({ path: join(folder, 'outside'), with: 'code' })
    expect(await said('code')).toContain(join(folder, 'outside'))
  })

  it('is told with its path where nothing can show it', async () => {
    const file = join(work, 'sub', 'a b.ts')
    const environments: Record<string, string>[] = [{ DISPLAY: '' }, { PATH: folder }]
    for (const env of environments) {
      const opening = openers(env).open({ path: 'a b.ts', line: 4, with: 'editor' })
      await expect(opening).rejects.toThrow(file)
      await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE', data: { path: file, line: 4 } })
    }
    await expect(openers().open({ path: 'a b.ts', with: 'nonsense' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await program('cursor', 'echo no such window >&2\nexit 3\n')
    await expect(openers().open({ path: 'a b.ts', with: 'cursor' })).rejects.toThrow(/no such window/)
    chosen = { editor: 'no-such-program', terminal: null }
    await expect(openers().open({ path: 'a b.ts', with: 'editor' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('without a display only a window elsewhere can show it', async () => {
    expect(hasDisplay({}, 'linux')).toBe(false)
    expect(hasDisplay({}, 'darwin')).toBe(true)
    expect((await findOpeners({ PATH: bin, VSCODE_IPC_HOOK_CLI: '/x' }, 'linux')).map(({ id }) => id)).toEqual(['code', 'cursor'])
    expect(await findOpeners({ PATH: bin }, 'linux')).toEqual([])
  })
})

describe('a command line', () => {
  it('is split at blanks outside of quotes', () => {
    expect(splitCommand(`a  "b c" 'd "e' f\\ g "h\\"i" ''`, 'linux')).toEqual(['a', 'b c', 'd "e', 'f g', 'h"i', ''])
    expect(splitCommand(String.raw`"C:\Program Files\x.exe" C:\a\b 'c d'`, 'win32')).toEqual([
      'C:\\Program Files\\x.exe',
      'C:\\a\\b',
      "'c",
      "d'",
    ])
    expect(() => splitCommand('a "b')).toThrow(/open quote/)
    expect(() => splitCommand('  ')).toThrow(/empty/)
  })

  it('keeps what stands in quotes, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
        const quoted = ['x', ...parts].map((part) => `"${part.replaceAll(/[\\"]/g, '\\$&')}"`)
        expect(splitCommand(quoted.join(' '), 'linux')).toEqual(['x', ...parts])
      }),
    )
  })

  it('names what is opened where it says so, else at its end', () => {
    const target = { file: '/w/{line} $1', folder: '/w', line: 7 }
    expect(fillCommand(['e', '--at={file}:{line}'], target, 'file')).toEqual(['e', '--at=/w/{line} $1:7'])
    expect(fillCommand(['t'], target, 'folder')).toEqual(['t', '/w'])
  })
})
