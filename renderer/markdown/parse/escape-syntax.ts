import type { Effects, Extension, State } from 'micromark-util-types'
import { isWordCode } from './code-points.ts'

const backslash = 92

/** What means something in markdown, so that a backslash before it says that here it does not. */
const escapable = new Set(Array.from('!#$*+-.<>[]_`|~&:', (character) => character.charCodeAt(0)))

/**
 * A backslash is gone only before a character that would mean something without it; anywhere else it is one:
 * paths, regular expressions and TeX read as they were written.
 */
export const escapeSyntax: Extension = {
  disable: { null: ['characterEscape'] },
  string: { [backslash]: { name: 'backslashEscape', tokenize: tokenizeAny } },
  text: { [backslash]: { name: 'backslashEscape', tokenize } },
}

function tokenize(effects: Effects, ok: State, nok: State): State {
  return escapeOf(effects, ok, nok, (code) => escapable.has(code) || code === backslash)
}

/** Within addresses and titles also what ends them. */
function tokenizeAny(effects: Effects, ok: State, nok: State): State {
  return escapeOf(
    effects,
    ok,
    nok,
    (code) => escapable.has(code) || code === backslash || code === 34 || code === 39 || code === 40 || code === 41,
  )
}

function escapeOf(effects: Effects, ok: State, nok: State, isEscapable: (code: number) => boolean): State {
  const start: State = (code) => {
    effects.enter('characterEscape')
    effects.enter('escapeMarker')
    effects.consume(code)
    effects.exit('escapeMarker')
    return inside
  }
  const inside: State = (code) => {
    if (code === null || code < 0 || !isEscapable(code)) return nok(code)
    effects.enter('characterEscapeValue')
    effects.consume(code)
    effects.exit('characterEscapeValue')
    return code === backslash ? second : end
  }
  // `\\\\server`: two that begin the name of a place are two.
  const second: State = (code) => (isWordCode(code) ? nok(code) : end(code))
  const end: State = (code) => {
    effects.exit('characterEscape')
    return ok(code)
  }
  return start
}
