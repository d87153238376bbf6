import type { CompileContext, Extension as FromMarkdownExtension, Token } from 'mdast-util-from-markdown'
import type { Code, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import { followsAddress } from './after-address.ts'
import { isBlank, isCjkLetter, isSentenceMark, isWidePunctuation, isWordCode } from './code-points.ts'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    bareAddress: 'bareAddress'
  }
}

/** So many signs at the end of an address are looked at one by one. */
const longestTrail = 24
/** `.,:;!?'"*_~)&`, and the like of other scripts: the end of a sentence, not of an address. */
const trailing = new Set(Array.from(`.,:;!?'"*_~)&`, (character) => character.charCodeAt(0)))
/** Behind these a letter of a script without spaces begins new words: `**https://a.example**を`. */
const closing = new Set(Array.from(`,;!"*)`, (character) => character.charCodeAt(0)))
const starts = ['https://', 'http://', 'www.']

/**
 * Addresses written among words, as GitHub reads them, with one difference: what is written behind one without a space ends it, in scripts
 * that have none, and so does a bracket that was opened before it.
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
  let before: Code = null
  /** Until the path begins. */
  let place: 'host' | 'port' | 'path' = 'host'

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
    if (code === null || code < 48 || isEnd(code, 0) || isTrailing(code)) return nok(code)
    return inside(code)
  }
  const inside: State = (code) => {
    if (isEnd(code, square)) return done(code)
    if (isTrailing(code) && !(code === 41 && round > 0)) return effects.check({ tokenize: trail }, done, take)(code)
    if (isCjkLetter(code) && isWordCode(before)) {
      if (place === 'port') return done(code)
      return effects.check(followsAddress(place), done, take)(code)
    }
    return take(code)
  }
  const take: State = (code) => {
    if (code === 40) round += 1
    else if (code === 41) round -= 1
    else if (code === 91) square += 1
    else if (code === 93) square -= 1
    if (code === 47 || code === 63 || code === 35) place = 'path'
    else if (code === 58 && place === 'host' && square === 0) place = 'port'
    before = code
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
  let before: Code = null
  const next: State = (code) => {
    if (isEnd(code, 0) || count > longestTrail) return ok(code)
    if (isCjkLetter(code) && before !== null && closing.has(before)) return ok(code)
    if (!isTrailing(code)) return nok(code)
    before = code
    count += 1
    effects.enter('data')
    effects.consume(code)
    effects.exit('data')
    return next
  }
  return next
}

function isTrailing(code: Code): code is NonNullable<Code> {
  return code !== null && (trailing.has(code) || isSentenceMark(code))
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
