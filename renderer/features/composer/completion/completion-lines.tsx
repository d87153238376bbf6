import { FileQuestion, FileText, FileX, Folder } from 'lucide-react'
import { z } from 'zod'
import { useEffect, useMemo, useState } from 'react'
import type { MentionState } from '../../../../shared/domain/completion.ts'
import { client } from '../../../connection/connection.ts'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { mentionedPaths, nameOf } from './token.ts'
import type { Completion } from './use-completion.ts'

/** What is said below the field: what a command takes, which files were mentioned, and what is asked before sending. */
export function CompletionLines({ completion }: { completion: Completion }) {
  const { going, text, scope } = completion
  return (
    <>
      <CommandHint completion={completion} />
      <MentionedFiles text={text} cwd={scope.cwd} />
      {going.problem && (
        <p role="alert" className="composer-problem">
          {going.problem}
        </p>
      )}
      {going.asked && (
        <output className="composer-offer">
          <span>
            No command{' '}
            <bdi>
              <VisibleText text={`/${going.asked.name.slice(0, 60)}`} />
            </bdi>
            . Send as text?
          </span>
          <button type="button" className="small-button" onClick={going.sendAsText}>
            Send as text
          </button>
          {going.asked.nearest && (
            <button type="button" className="small-button" onClick={going.useNearest}>
              Use <VisibleText text={`/${going.asked.nearest.slice(0, 60)}`} />
            </button>
          )}
          <button type="button" className="small-button" onClick={going.cancel}>
            Cancel
          </button>
        </output>
      )}
    </>
  )
}

/** Shown until something is typed behind the command. */
function CommandHint({ completion: { text, commands } }: { completion: Completion }) {
  const name = /^\/\S+\s$/.test(text) ? nameOf(text) : null
  const command = name === null ? undefined : commands.find(({ icon, insert }) => icon !== 'prompt' && insert === `/${name}`)
  if (!command?.hint) return null
  return (
    <p className="command-hint" dir="auto">
      <span className="completion-hint">
        <VisibleText text={command.hint} />
      </span>{' '}
      {command.detail && <VisibleText text={command.detail.slice(0, 160)} />}
    </p>
  )
}

const mostPaths = 20
const pauseMs = 200
const icons = { file: FileText, folder: Folder, missing: FileX, unreadable: FileQuestion }
const faults = { missing: 'not found', unreadable: 'can’t be read' }

/** The files that a message mentions; those that Claude Code will not find are told. */
function MentionedFiles({ text, cwd }: { text: string; cwd: string | null }) {
  const paths = useMemo(() => mentionedPaths(text, mostPaths), [text])
  const states = useStates(cwd, paths)
  const shown = states.filter(({ path, kind }) => kind !== 'missing' || /[./\\ ]/.test(path))
  if (shown.length === 0) return null
  return (
    <ul className="mentioned-files" aria-label="Mentioned files">
      {shown.map(({ path, kind }) => (
        <FileChip key={path} path={path} kind={kind} />
      ))}
    </ul>
  )
}

function FileChip({ path, kind }: MentionState) {
  const Icon = icons[kind]
  const isFault = kind === 'missing' || kind === 'unreadable'
  return (
    <li className="mentioned-file" data-fault={isFault || undefined}>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      <bdi>
        <VisibleText text={path.length > 80 ? `…${path.slice(-79)}` : path} />
      </bdi>
      {isFault && <span>{faults[kind]}</span>}
    </li>
  )
}

/** What the core says of the paths; asked when there is a pause in typing. */
function useStates(cwd: string | null, paths: readonly string[]): readonly MentionState[] {
  const key = JSON.stringify(paths)
  const [known, setKnown] = useState<readonly MentionState[]>([])
  useEffect(() => {
    const asked = z.array(z.string()).parse(JSON.parse(key))
    if (cwd === null || asked.length === 0) return undefined
    let gone = false
    const timer = setTimeout(() => {
      client.system.mentions({ cwd, paths: asked }).then(
        ({ items }) => gone || setKnown(items),
        () => undefined,
      )
    }, pauseMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [key, cwd])
  return paths.length === 0 ? [] : known.filter(({ path }) => paths.includes(path))
}
