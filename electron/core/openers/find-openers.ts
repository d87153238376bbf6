import { access, constants, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { knownOpeners, placeOf, type KnownOpener } from './known-openers.ts'

/** One that is on this machine; `path` is its program, or its application on macOS. */
export type FoundOpener = KnownOpener & { path: string }

/** Whether programs of this machine can show a window to whoever uses the app. */
export function hasDisplay(env: Record<string, string>, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return true
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '')
}

/** The openers of this machine that would show something, in the order of `knownOpeners`. */
export async function findOpeners(env: Record<string, string>, platform: NodeJS.Platform = process.platform): Promise<FoundOpener[]> {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  const shown = hasDisplay(env, platform)
  const wanted = knownOpeners.filter(
    ({ platforms, remote }) => (platforms?.includes(platform) ?? true) && (shown || remote?.(env) === true),
  )
  const found = await Promise.all(
    wanted.map(async (opener) => {
      const path = await programPath(opener, { folders, env, platform })
      return path === null ? [] : [{ ...opener, path }]
    }),
  )
  const all = found.flat()
  // An editor that needs a terminal is of no use without one that takes programs.
  return all.filter(({ inTerminal }) => !inTerminal || all.some(({ around }) => around !== undefined))
}

type Search = { folders: readonly string[]; env: Record<string, string>; platform: NodeJS.Platform }

async function programPath({ programs, places = [] }: KnownOpener, { folders, env, platform }: Search): Promise<string | null> {
  // A batch file would need a shell to run it.
  const names = platform === 'win32' ? programs.map((name) => `${name}.exe`) : programs
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const elsewhere = places.flatMap((place) => placeOf(place, env, homedir()) ?? []).filter((place) => isAbsolute(place))
  for (const path of [...onPath, ...elsewhere]) if (await isProgram(path)) return path
  return null
}

async function isProgram(path: string): Promise<boolean> {
  try {
    if (path.endsWith('.app')) return (await stat(path)).isDirectory()
    if (!(await stat(path)).isFile()) return false
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
