import type { Code, Construct, Effects, State } from 'micromark-util-types'
import { isBlank, isCjkLetter, isHangul, isHiragana, isWidePunctuation, isWordCode } from './code-points.ts'

/** What Korean puts behind a noun. */
const particle =
  /^(?:을|를|이|가|은|는|에|의|로|와|과|도|만|으로|에서|에서는|에는|에도|으로도|로도|에게|부터|까지|처럼|보다|라는|이라는|입니다|이다|이며|이고|이나|예요|이에요|인데|인지)$/
const longestParticle = 6
/** Of a name between two dots. */
const longestLabel = 63

/** Whether letters that stand behind an address without a space are words and no part of it: at the end of its host, or within its path. */
export function followsAddress(place: 'host' | 'path'): Construct {
  return { tokenize: place === 'host' ? afterHost : afterPath }
}

/** Letters within a name are followed by the rest of it. */
function afterHost(effects: Effects, ok: State, nok: State): State {
  let length = 0
  const next: State = (code) => {
    length += 1
    if (length <= longestLabel && (isCjkLetter(code) || isWordCode(code) || code === 45)) return consumed(effects, code, next)
    return code === 46 ? consumed(effects, code, rest) : ok(code)
  }
  const rest: State = (code) => (isWordCode(code) ? nok(code) : ok(code))
  return next
}

/** Titles of pages have such letters too, so only what joins a word to the next ones counts. */
function afterPath(effects: Effects, ok: State, nok: State): State {
  let word = ''
  const start: State = (code) => {
    if (isHiragana(code)) return ok(code)
    return isHangul(code) ? next(code) : nok(code)
  }
  const next: State = (code) => {
    if (isHangul(code) && code !== null && word.length < longestParticle) {
      word += String.fromCharCode(code)
      return consumed(effects, code, next)
    }
    return (isBlank(code) || isWidePunctuation(code) || isAsciiMark(code)) && particle.test(word) ? ok(code) : nok(code)
  }
  return start
}

function isAsciiMark(code: Code): boolean {
  return code === 46 || code === 44 || code === 33 || code === 41 || code === 42
}

function consumed(effects: Effects, code: Code, next: State): State {
  effects.enter('data')
  effects.consume(code)
  effects.exit('data')
  return next
}
