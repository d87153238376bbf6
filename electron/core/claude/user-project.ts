import { projectOf } from '../projects/project-of.ts'

/**
 * What the user's own file of Claude Code's holds for a folder: it stands there under the main folder of its repository, links followed,
 * and with slashes on every system.
 */
export async function userProject<T>(projects: Readonly<Record<string, T>> | undefined, folder: string): Promise<T | undefined> {
  if (projects === undefined) return undefined
  const { root } = await projectOf(folder)
  return projects[root] ?? (process.platform === 'win32' ? projects[root.replaceAll('\\', '/')] : undefined)
}
