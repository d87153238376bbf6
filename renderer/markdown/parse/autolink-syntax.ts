import type { CompileContext, Extension as FromMarkdownExtension, Token } from 'mdast-util-from-markdown'
import type { Code, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import { isBlank, isWidePunctuation, isWordCode } from './code-points.ts'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    bareAddress: 'bareAddress'
  }
}

/** So many signs at the end of an address are looked at one by one. */
const longestTrail = 24
/** `.,:;!?'"*_~)&`: the end of a sentence, not of an address. */
const trailing = new Set(Array.from(`.,:;!?'"*_~)&`, (character) => character.charCodeAt(0)))
const starts = ['https://', 'http://', 'www.']

/**
 * Addresses written among words, as GitHub reads them, with one difference: punctuation of scripts without spaces ends one, and so does a
 * bracket that was opened before it.
 */
export const autolinkSyntax: Extension = {
  text: Object.fromEntries([72, 87, 104, 119].map((code) => [code, { name: 'bareAddress', tokenize, previous }])),
}

export const autolinkFromMarkdown: FromMarkdownExtension = { enter: { bareAddress: enterAddress }, exit: { bareAddress: exitAddress } }

function previous(code: Code): boolean {
  return !isWordCode(code)
}

function tokenize(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  let read = ''
  let round = 0
  let square = 0

  const start: State = (code) => {
    effects.enter('bareAddress')
    return prefix(code)
  }
  const prefix: State = (code) => {
    if (code === null || code < 0 || code > 127) return nok(code)
    read += String.fromCharCode(code).toLowerCase()
    if (!starts.some((known) => known.startsWith(read))) return nok(code)
    effects.consume(code)
    return starts.includes(read) ? first : prefix
  }
  const first: State = (code) => {
    if (code === null || code < 48 || isEnd(code, 0) || trailing.has(code)) return nok(code)
    return inside(code)
  }
  const inside: State = (code) => {
    if (isEnd(code, square)) return done(code)
    if (code !== null && trailing.has(code) && !(code === 41 && round > 0)) return effects.check({ tokenize: trail }, done, take)(code)
    return take(code)
  }
  const take: State = (code) => {
    if (code === 40) round += 1
    else if (code === 41) round -= 1
    else if (code === 91) square += 1
    else if (code === 93) square -= 1
    effects.consume(code)
    return inside
  }
  const done: State = (code) => {
    effects.exit('bareAddress')
    return ok(code)
  }
  return start
}

/** Whether nothing but the end of a sentence comes. */
function trail(effects: Effects, ok: State, nok: State): State {
  let count = 0
  const next: State = (code) => {
    if (isEnd(code, 0) || count > longestTrail) return ok(code)
    if (code === null || !trailing.has(code)) return nok(code)
    count += 1
    effects.enter('data')
    effects.consume(code)
    effects.exit('data')
    return next
  }
  return next
}

function isEnd(code: Code, openSquares: number): boolean {
  if (isBlank(code) || code === 60 || code === 62 || code === 96 || code === 124 || isWidePunctuation(code)) return true
  return code === 93 && openSquares <= 0
}

function enterAddress(this: CompileContext, token: Token): undefined {
  const text = this.sliceSerialize(token)
  this.enter({ type: 'link', url: /^www\./i.test(text) ? `https://${text}` : text, children: [{ type: 'text', value: text }] }, token)
}

function exitAddress(this: CompileContext, token: Token): undefined {
  this.exit(token)
}
