import { SquareTerminal } from 'lucide-react'
import type { ShellBlock } from '../../../shared/domain/attachment.ts'
import { stripColours } from '../../tools/terminal-text.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import './attachments.css'

const first = { lines: 40, characters: 8_000 }

/** A command of the user's with what it said and how it ended. */
export function ShellOutput({ shell }: { shell: ShellBlock }) {
  const { command, stdout, stderr, exitCode, ended } = shell
  const end = ended ?? (exitCode === 0 ? null : `Exit code ${exitCode ?? 'unknown'}`)
  return (
    <div className="shell-output">
      <div className="shell-command">
        <SquareTerminal size={14} strokeWidth={1.75} aria-hidden />
        <ExactText text={command} label="Command" first={first} className="shell-text" />
      </div>
      {stdout !== '' && <ExactText text={stripColours(stdout).trimEnd()} label="Output" first={first} className="shell-text" />}
      {stderr !== '' && (
        <ExactText text={stripColours(stderr).trimEnd()} label="Error output" first={first} className="shell-text shell-errors" />
      )}
      {stdout === '' && stderr === '' && end === null && <p className="shell-end">No output.</p>}
      {end !== null && <p className="shell-end">{end}</p>}
    </div>
  )
}
