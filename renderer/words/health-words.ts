import type { Health } from '../../shared/domain/health.ts'
import type { ConnectionState } from '../connection/client.ts'

/** What has to be known on every screen. */
export type BannerSpec = {
  id: 'lost' | 'storage' | 'problem' | 'claude' | 'signed-out' | 'demo'
  tone: 'failed' | 'quiet'
  words: string
  /** What the button that explains says; none where there is nothing to explain. */
  help: string | null
  /** Whether looking again can change it. */
  check: boolean
  /** The problem that its button dismisses; none where it stays until it is solved. */
  dismisses?: string
}

/** The banners there have to be, the worst first. */
export function bannersOf(connection: ConnectionState, health: Health | null): BannerSpec[] {
  const banners: BannerSpec[] = []
  if (connection === 'lost') {
    const words = 'Disconnected. Reconnecting… What you see may be out of date.'
    banners.push({ id: 'lost', tone: 'failed', words, help: null, check: false })
  }
  if (!health) return banners
  const { claude, demo, storageError, problems } = health
  if (storageError) banners.push({ id: 'storage', tone: 'failed', words: storageError.message, help: null, check: false })
  for (const { id, message, dismissible } of problems)
    banners.push({ id: 'problem', tone: 'failed', words: message, help: null, check: false, ...(dismissible ? { dismisses: id } : {}) })
  if (claude.error) banners.push({ id: 'claude', tone: 'failed', words: claude.error.message, help: 'How to fix it', check: true })
  if (demo) {
    const account = claude.loggedIn
      ? ` You are signed in (${claude.account ?? 'Claude'}): start Bullpen again without --demo for Claude’s own.`
      : ''
    banners.push({ id: 'demo', tone: 'quiet', words: `Demo mode: sample answers.${account}`, help: 'How to sign in', check: false })
  } else if (!claude.loggedIn && !claude.error) {
    const words = 'Claude Code is not signed in, so turns will fail. What you write is kept.'
    banners.push({ id: 'signed-out', tone: 'failed', words, help: 'How to sign in', check: true })
  }
  return banners
}

/** A guide to a claude that runs and is signed in. `code`s in a step stand between backticks. */
export type Guide = { title: string; lead: string; steps: readonly string[] }

export function guideFor({ claude, demo, platform }: Pick<Health, 'claude' | 'demo' | 'platform'>): Guide {
  const again = demo
    ? 'Quit Bullpen and start it without `--demo`. Your instances and conversations stay.'
    : 'Press Check again, then restart the failed instances.'
  const install =
    platform.os === 'win32' ? '`irm https://claude.ai/install.ps1 | iex` in PowerShell' : '`curl -fsSL https://claude.ai/install.sh | bash`'
  switch (claude.error?.code) {
    case undefined:
      return {
        title: claude.loggedIn ? 'You are signed in' : 'Sign in to Claude',
        lead: 'Bullpen uses the account of Claude Code and never sees your password.',
        steps: claude.loggedIn
          ? [again]
          : [
              'Open a terminal and run `claude`.',
              'Follow the prompts, or run `/login`. An `ANTHROPIC_API_KEY` in the environment of Bullpen works too.',
              again,
            ],
      }
    case 'CLAUDE_MISSING':
      return {
        title: 'Get Claude Code',
        lead: claude.error?.message ?? '',
        steps: [
          `Install it: ${install}, or \`npm install -g @anthropic-ai/claude-code\`.`,
          'If it’s installed elsewhere, enter its path in Settings, under “Claude Code executable”.',
          'Press Check again.',
        ],
      }
    case 'CLAUDE_TOO_OLD':
      return {
        title: 'Update Claude Code',
        lead: claude.error?.message ?? '',
        steps: [
          'Run `claude update` in a terminal, or install it again.',
          'Or clear “Claude Code executable” in Settings, so that Bullpen uses the newest it finds.',
          'Press Check again.',
        ],
      }
    case 'CLAUDE_NOT_EXECUTABLE':
      return {
        title: 'Let Claude Code run',
        lead: claude.error?.message ?? '',
        steps: [
          'Run `chmod +x` on the file named above, or choose another one in Settings, under “Claude Code executable”.',
          'Press Check again.',
        ],
      }
    default:
      return {
        title: 'Claude Code does not run',
        lead: claude.error?.message ?? '',
        steps: [
          'Run `claude --version` in a terminal and read the message.',
          'Choose another one in Settings, under “Claude Code executable”, or clear the field.',
          'Press Check again.',
        ],
      }
  }
}

const sources = {
  settings: 'chosen in Settings',
  path: 'found on PATH',
  'usual-place': 'found in its usual place',
  bundled: 'bundled with Bullpen',
}

/** Which claude is in use: `Claude Code 2.1.3, found on PATH`. */
export function claudeWords({ version, source }: Pick<Health['claude'], 'version' | 'source'>): string {
  if (version === null) return 'Claude Code was not found.'
  return `Claude Code ${version}${source === null ? '' : `, ${sources[source]}`}`
}
