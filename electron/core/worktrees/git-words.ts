import { AppError } from '../../../shared/app-error.ts'

const longestSaid = 1_000

/** The lock file that kept git from working; null: it was something else. */
export function lockIn(stderr: string): string | null {
  return (
    /Unable to create '(.+?\.lock)': File exists/.exec(stderr)?.[1] ??
    /could not lock .*?'?([^'\s]+\.lock)'?: File exists/i.exec(stderr)?.[1] ??
    null
  )
}

/** What git's refusal means to the user; `doing` completes “git could not …”. */
export function gitRefusal(stderr: string, doing: string, place: string): AppError {
  const said = saidIn(stderr)
  const data = { said }
  if (/detected dubious ownership/.test(stderr)) {
    const message = `git doesn’t use ${place}, because it belongs to another user. If you trust it, run: git config --global --add safe.directory "${place}"`
    return new AppError('FOLDER_UNREADABLE', message, { data })
  }
  if (/index file (corrupt|smaller|open failed)|bad (signature|index file)|index uses .+ extension/i.test(stderr)) {
    const message = `git can’t read the index of ${place}: it is damaged. Delete its file “index” (see git rev-parse --git-path index), run git reset there, then try again. No file of yours is touched by that.`
    return new AppError('GIT_FAILED', message, { data })
  }
  if (isWithoutName(stderr)) {
    const message =
      'git doesn’t know who you are. Run git config --global user.name "Your Name" and git config --global user.email you@example.com, then try again.'
    return new AppError('GIT_FAILED', message, { data })
  }
  if (/No space left on device/i.test(stderr))
    return new AppError('DISK_FULL', 'The disk is full. Free some space, then try again.', { data })
  if (/Permission denied|Read-only file system/i.test(stderr)) {
    const message = `git could not ${doing}, because a file or folder can’t be written. It said: ${said}`
    return new AppError('FOLDER_UNREADABLE', message, { data })
  }
  return new AppError('GIT_FAILED', `git could not ${doing}. It said: ${said || 'nothing'}`, { data })
}

export function isWithoutName(stderr: string): boolean {
  return /Please tell me who you are|empty ident name|unable to auto-detect email|user\.useConfigOnly/i.test(stderr)
}

/** The end of what it said, without the words that stand before every line. */
export function saidIn(text: string): string {
  return text
    .replaceAll('\0', '')
    .split('\n')
    .map((line) => line.replace(/^(?:fatal|error|hint|warning): ?/, '').trimEnd())
    .filter((line) => line !== '' && !line.startsWith('Preparing worktree'))
    .join('\n')
    .slice(-longestSaid)
    .trim()
}
