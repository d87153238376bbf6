import { useRef, useState } from 'react'
import { nearestOf } from '../../../../shared/nearest.ts'
import { errorWords } from '../../../words/error-words.ts'
import type { Option } from './option.ts'
import type { OwnCommand } from './own-commands.ts'
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
  run: (command: () => void | Promise<void>, text: string) => void
}

/** Does commands of ours instead of sending them, and asks before one that is unknown goes to Claude as text. */
export function useGoing({ text, setText, scope, own, all, submit }: GoingInput): Going {
  const [asked, setAsked] = useState<{ text: string; name: string; nearest: string | null } | null>(null)
  const [problem, setProblem] = useState<{ text: string; words: string } | null>(null)
  const agreed = useRef<string | null>(null)
  const isSame = asked?.text === text

  const run: Going['run'] = (command, before) => {
    setProblem(null)
    const failed = (thrown: unknown) => {
      // What was typed is there again, to be changed.
      setText(before)
      setProblem({ text: before, words: errorWords(thrown) })
    }
    try {
      void Promise.resolve(command()).catch(failed)
    } catch (thrown) {
      failed(thrown)
    }
  }
  const mayGo = (): boolean => {
    const name = nameOf(text)
    if (name === null || name === '' || agreed.current === text) return true
    const argument = text.slice(name.length + 1).trim()
    const ours = own.find((one) => one.name === name || (one.aliases.includes(name) && !isKnown(all, name)))
    if (ours && !(ours.needsArgument && argument === '')) {
      setText('')
      run(() => ours.run(scope, argument), text)
      return false
    }
    // Without an argument Claude Code says itself what there is.
    if (ours || all === null || isKnown(all, name)) return true
    const names = all.filter(({ icon }) => icon !== 'prompt').map(({ title }) => title.slice(1))
    setAsked({ text, name, nearest: nearestOf(name, names) })
    return false
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

function isKnown(all: readonly Option[] | null, name: string): boolean {
  return (
    all?.some(
      ({ icon, search }) => icon !== 'prompt' && (search.name === name.toLowerCase() || search.aliases.includes(name.toLowerCase())),
    ) ?? false
  )
}
