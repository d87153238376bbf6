import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** The git that a terminal of the user's would run; null where there is none. */
export async function findGit(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Promise<string | null> {
  const name = platform === 'win32' ? 'git.exe' : 'git'
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  for (const folder of folders) {
    const path = join(folder, name)
    if ((await isProgram(path)) && !(await isOnlyAnOffer(path, platform))) return path
  }
  return null
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** macOS has a stand-in that opens a window to offer the developer tools where they are not installed: it must not be run then. */
async function isOnlyAnOffer(path: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform !== 'darwin' || path !== '/usr/bin/git') return false
  const tools = ['/Library/Developer/CommandLineTools/usr/bin/git', '/Applications/Xcode.app/Contents/Developer/usr/bin/git']
  const there = await Promise.all(tools.map((tool) => isProgram(tool)))
  return !there.includes(true)
}
