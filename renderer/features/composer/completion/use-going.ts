import { useRef, useState } from 'react'
import { errorWords } from '../../../words/error-words.ts'
import type { Option } from './option.ts'
import { stepOf } from './command-step.ts'
import type { CommandEnd, OwnCommand } from './own-commands.ts'
import { nameOf } from './token.ts'
import type { CompletionScope } from './use-scope.ts'

export type GoingInput = {
  text: string
  setText: (text: string) => void
  scope: CompletionScope
  own: readonly OwnCommand[]
  /** All commands there; null where they are not known. */
  all: readonly Option[] | null
  submit: () => void
}

/** What stands between Enter and Claude. */
export type Going = {
  /** A command that nobody knows: whether it is meant as text. `nearest`: what may have been meant. */
  asked: { name: string; nearest: string | null } | null
  /** Why a command of ours could not be done. */
  problem: string | null
  sendAsText: () => void
  useNearest: () => void
  cancel: () => void
  mayGo: () => boolean
  run: (command: () => CommandEnd, text: string) => void
}

/** Does commands of ours instead of sending them, and asks before one that is unknown goes to Claude as text. */
export function useGoing({ text, setText, scope, own, all, submit }: GoingInput): Going {
  const [asked, setAsked] = useState<{ text: string; name: string; nearest: string | null } | null>(null)
  const [problem, setProblem] = useState<{ text: string; words: string } | null>(null)
  const agreed = useRef<string | null>(null)
  const isSame = asked?.text === text

  const failed = (before: string, words: string) => {
    // What was typed is there again, to be changed.
    setText(before)
    setProblem({ text: before, words })
  }
  const run: Going['run'] = (command, before) => {
    setProblem(null)
    const finish = async () => {
      const words = await command()
      if (typeof words !== 'string' || words === '') return
      setText(words)
      agreed.current = words
      submit()
    }
    finish().catch((thrown: unknown) => failed(before, errorWords(thrown)))
  }
  const mayGo = (): boolean => {
    const name = nameOf(text)
    if (name === null || name === '' || agreed.current === text) return true
    const argument = text.slice(name.length + 1).trim()
    const step = stepOf({ name, argument, own, all })
    if (step.kind === 'run') {
      setText('')
      run(() => step.command.run(scope, argument), text)
    } else if (step.kind === 'refuse') failed(text, step.words)
    else if (step.kind === 'ask') setAsked({ text, name, nearest: step.nearest })
    return step.kind === 'send'
  }
  return {
    asked: isSame ? asked : null,
    problem: problem !== null && (problem.text === text || text === '') ? problem.words : null,
    mayGo,
    run,
    sendAsText: () => {
      agreed.current = text
      setAsked(null)
      submit()
    },
    useNearest: () => {
      if (asked?.nearest) setText(`/${asked.nearest}${text.slice(asked.name.length + 1)}`)
      setAsked(null)
    },
    cancel: () => setAsked(null),
  }
}
