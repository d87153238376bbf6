import type { CompileContext, Extension as FromMarkdownExtension, Token } from 'mdast-util-from-markdown'
import type { Code, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import type { Literal } from 'mdast'
import { isBlank, isLineEnd, isWordCode } from './code-points.ts'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    inlineMath: 'inlineMath'
    inlineMathMark: 'inlineMathMark'
    inlineMathText: 'inlineMathText'
  }
}

declare module 'mdast' {
  interface PhrasingContentMap {
    inlineMath: InlineMath
  }
  interface RootContentMap {
    inlineMath: InlineMath
  }
}

/** A formula among words; `display` when it was written to stand on its own. */
export interface InlineMath extends Literal {
  type: 'inlineMath'
  value: string
  display: boolean
}

const dollar = 36
const backslash = 92
const openParen = 40
const closeParen = 41
const openBracket = 91
const closeBracket = 93

/** Longer ones are text: nothing is searched through to its end for a closing mark. */
const longestFormula = 4_000

/**
 * `$a$`, `$$a$$`, `\(a\)`, and `\[a\]` on lines of its own. A dollar opens only where no letter or digit stands before it and no space
 * behind, and closes only behind what is no space and before what is no letter or digit: `$5 and $6` is money.
 */
export const mathSyntax: Extension = {
  text: {
    [dollar]: { name: 'dollarMath', tokenize: dollarMath, previous: (code) => code !== dollar && code !== backslash },
    [backslash]: { name: 'backslashMath', tokenize: backslashMath },
  },
}

export const mathFromMarkdown: FromMarkdownExtension = { enter: { inlineMath: enterMath }, exit: { inlineMath: exitMath } }

function dollarMath(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const before = this.previous
  let marks = 0
  let length = 0
  let last: Code = null
  let isNumber = true

  const start: State = (code) => {
    if (isWordCode(before)) return nok(code)
    effects.enter('inlineMath')
    effects.enter('inlineMathMark')
    return opening(code)
  }
  const opening: State = (code) => {
    if (code === dollar) {
      marks += 1
      effects.consume(code)
      return marks > 2 ? nok : opening
    }
    if (code === null || (marks === 1 && isBlank(code))) return nok(code)
    effects.exit('inlineMathMark')
    return between(code)
  }
  const between: State = (code) => {
    if (code === null || length > longestFormula) return nok(code)
    if (code === dollar) return closing(code)
    if (!isLineEnd(code)) {
      effects.enter('inlineMathText')
      return inside(code)
    }
    // A formula in a line of words stays in its line.
    if (marks === 1) return nok(code)
    takeLineEnd(effects, code)
    return between
  }
  const inside: State = (code) => {
    if (isLineEnd(code) || (code === dollar && last !== backslash) || length > longestFormula) {
      effects.exit('inlineMathText')
      return between(code)
    }
    length += 1
    isNumber &&= code !== null && ((code >= 48 && code <= 57) || code === 44 || code === 46)
    last = last === backslash ? null : code
    effects.consume(code)
    return inside
  }
  const closing: State = (code) => {
    if (length === 0 || (marks === 1 && (isNumber || isBlank(last)))) return nok(code)
    effects.enter('inlineMathMark')
    effects.consume(code)
    return marks === 1 ? end : second
  }
  const second: State = (code) => {
    if (code !== dollar) return nok(code)
    effects.consume(code)
    return end
  }
  const end: State = (code) => {
    if (marks === 1 && isWordCode(code)) return nok(code)
    effects.exit('inlineMathMark')
    effects.exit('inlineMath')
    return ok(code)
  }
  return start
}

function backslashMath(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const before = this.previous
  let close = closeParen
  let length = 0

  const start: State = (code) => {
    effects.enter('inlineMath')
    effects.enter('inlineMathMark')
    effects.consume(code)
    return opening
  }
  const opening: State = (code) => {
    if (code !== openParen && (code !== openBracket || !isBlank(before))) return nok(code)
    close = code === openParen ? closeParen : closeBracket
    effects.consume(code)
    effects.exit('inlineMathMark')
    return between
  }
  const between: State = (code) => {
    if (code === null || length > longestFormula || (isLineEnd(code) && close === closeParen)) return nok(code)
    if (isLineEnd(code)) {
      takeLineEnd(effects, code)
      return between
    }
    effects.enter('inlineMathText')
    return inside(code)
  }
  const inside: State = (code) => {
    if (isLineEnd(code) || length > longestFormula) {
      effects.exit('inlineMathText')
      return between(code)
    }
    length += 1
    effects.consume(code)
    return code === backslash ? escaped : inside
  }
  const escaped: State = (code) => {
    // Formulas do not stand in one another.
    if (code === openParen || code === openBracket) return nok(code)
    if (code === backslash) {
      effects.consume(code)
      return inside
    }
    if (code !== close) return inside(code)
    if (length <= 1) return nok(code)
    effects.consume(code)
    return end
  }
  const end: State = (code) => {
    if (close === closeBracket && !isLineEnd(code)) return nok(code)
    effects.exit('inlineMathText')
    effects.exit('inlineMath')
    return ok(code)
  }
  return start
}

function takeLineEnd(effects: Effects, code: Code): void {
  effects.enter('lineEnding')
  effects.consume(code)
  effects.exit('lineEnding')
}

function enterMath(this: CompileContext, token: Token): undefined {
  const whole = this.sliceSerialize(token)
  const marks = whole.startsWith('$') && !whole.startsWith('$$') ? 1 : 2
  const node: InlineMath = {
    type: 'inlineMath',
    value: whole.slice(marks, -marks).trim(),
    display: whole.startsWith('$$') || whole.startsWith('\\['),
  }
  this.enter(node, token)
}

function exitMath(this: CompileContext, token: Token): undefined {
  this.exit(token)
}
