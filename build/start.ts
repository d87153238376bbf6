import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { toAppError } from '../shared/app-error.ts'
import { coreSources, isFresh } from '../bin/built.js'
import type { servePage } from '../electron/cli/page.ts'
import { parentGone, run } from './child.ts'

/**
 * `npm start`: builds what is not built, then opens the desktop window, or says why it cannot and serves the same app to a
 * browser. `npm start -- --demo` answers from the demo model; `--web` never opens a window.
 */
const root = path.resolve(import.meta.dirname, '..')
const known = new Set(['--demo', '--web'])
const until = parentGone()

async function main(args: string[]): Promise<number> {
  const strange = args.find((arg) => !known.has(arg))
  if (strange !== undefined) return complain(`npm start does not know “${strange}”. It takes: ${[...known].join(', ')}.`)
  if (!(await build())) return complain('The build failed; its words above say why.')
  const demo = args.includes('--demo')
  const reason = args.includes('--web') ? 'You asked for the browser.' : await whyNoWindow()
  if (reason === null) return openWindow(demo)
  process.stdout.write(`${reason} Bullpen runs in your browser instead.\n`)
  return openPage(demo)
}

/** Why there can be no window here; null when there can. Fetches Electron's binary where one is missing. */
async function whyNoWindow(): Promise<string | null> {
  if (!hasDisplay()) return 'There is no display here.'
  if (process.platform === 'linux' && process.getuid?.() === 0) return 'Electron does not run as root without giving up its sandbox.'
  if (electronPath() !== null) return null
  process.stdout.write('Fetching Electron, once …\n')
  await run(process.execPath, [path.join('node_modules', 'electron', 'install.js')], { cwd: root, until })
  return electronPath() === null ? 'Electron could not be fetched.' : null
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
}

/** Electron's binary, which its package does not bring but fetches. Requiring `electron` would start that, so it is looked for. */
function electronPath(): string | null {
  const folder = path.join(root, 'node_modules', 'electron')
  const nameFile = path.join(folder, 'path.txt')
  if (!existsSync(nameFile)) return null
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(folder, 'dist')
  const binary = path.join(dist, readFileSync(nameFile, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

async function openWindow(demo: boolean): Promise<number> {
  const binary = electronPath()
  if (binary === null) return complain('Electron is not there any more. Run npm install, then try again.')
  return run(binary, [root, ...(demo ? ['--demo'] : [])], { cwd: root, until })
}

const builtPageSchema = z.object({ servePage: z.custom<typeof servePage>((value) => typeof value === 'function') })

/** As it is built, which starts sooner than the sources. */
async function openPage(demo: boolean): Promise<number> {
  const built = builtPageSchema.parse(await import(pathToFileURL(path.join(root, 'out', 'main', 'page.js')).href))
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')))
  return built.servePage({ demo, open: hasDisplay(), version, until })
}

async function build(): Promise<boolean> {
  if (!isStale()) return true
  process.stdout.write('Building, once …\n')
  const vite = path.join('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const args = [
    '--disable-warning=ExperimentalWarning',
    vite,
    'build',
    '--config',
    path.join('build', 'electron.vite.config.ts'),
    '--logLevel',
    'warn',
  ]
  return (await run(process.execPath, args, { cwd: root, until })) === 0
}

/** True when a source is newer than what was built of it. */
function isStale(): boolean {
  const sources = [...coreSources, 'renderer']
  return !['out/renderer/index.html', 'out/main/page.js'].every((built) => isFresh(root, { built, sources }))
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  process.exitCode = complain(toAppError(thrown).message)
}
