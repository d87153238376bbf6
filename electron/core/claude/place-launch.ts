import { basename, dirname } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Elsewhere, LaunchConfig } from './claude-process.ts'
import { findTranscript, transcriptHas } from './session-files.ts'
import { copySession, folderAbove, folderNamedIn, isFolder, isProjectOf } from './session-place.ts'

export type PlacedLaunch = { config: LaunchConfig; elsewhere?: Elsewhere }

/**
 * Where a launch can be done. Claude Code finds a session only from the folder that its transcript is filed under: that may be a
 * folder above the one in which the session ended, and one that is gone now; then the session goes on as a copy in `fallbackCwd`.
 * `claudeConfig` is Claude Code's own folder. Throws SESSION_GONE and FOLDER_MISSING.
 */
export async function placeLaunch(config: LaunchConfig, claudeConfig: string): Promise<PlacedLaunch> {
  const { cwd, resume, forkAt, fallbackCwd } = config
  const isThere = await isFolder(cwd)
  if (resume === undefined) {
    if (!isThere) throw folderMissing(cwd, 'instance')
    return { config }
  }
  const transcript = await findTranscript(claudeConfig, resume)
  // First, as a session that is gone need not go on in a folder that may be gone as well.
  if (transcript === null || (forkAt !== undefined && !(await transcriptHas(transcript, forkAt)))) throw sessionGone()
  if (isThere && (await isProjectOf(basename(dirname(transcript)), cwd))) return { config }
  const found = (await folderAbove(transcript, cwd)) ?? (isThere ? null : await folderNamedIn(transcript))
  if (found !== null) return { config: { ...config, cwd: found }, elsewhere: { cwd: found, folderGone: !isThere } }
  const folder = isThere ? cwd : fallbackCwd
  if (folder === undefined || !(await isFolder(folder))) throw folderMissing(cwd, 'conversation')
  const { forkAt: _forkAt, ...rest } = config
  const copy = await copySession(transcript, folder, forkAt)
  return { config: { ...rest, cwd: folder, resume: copy }, elsewhere: { cwd: folder, folderGone: !isThere } }
}

function sessionGone(): AppError {
  const message = 'Claude Code no longer has the session of this conversation. Send the message again to start a new one.'
  return new AppError('SESSION_GONE', message)
}

function folderMissing(folder: string, of: 'instance' | 'conversation'): AppError {
  const message = `The folder ${folder} of this ${of} no longer exists. Restore it, or choose another folder.`
  return new AppError('FOLDER_MISSING', message, { data: { field: 'cwd', folder, of } })
}
