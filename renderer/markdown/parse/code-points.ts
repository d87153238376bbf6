import type { Code } from 'micromark-util-types'

/** End of the text or of a line. */
export function isLineEnd(code: Code): boolean {
  return code === null || code === -5 || code === -4 || code === -3
}

/** A space, a tab, or the end of a line or of the text. */
export function isBlank(code: Code): boolean {
  return code === null || code < 0 || code === 32 || code === 0xa0 || code === 0x3000
}

/** A letter or a digit of the Latin alphabet. */
export function isWordCode(code: Code): boolean {
  return code !== null && ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122))
}

/** Punctuation of scripts that put no space behind it: an address ends there. */
export function isWidePunctuation(code: Code): boolean {
  if (code === null) return false
  return (
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xff01 && code <= 0xff0f) ||
    (code >= 0xff1a && code <= 0xff20) ||
    (code >= 0xff3b && code <= 0xff40) ||
    (code >= 0xff5b && code <= 0xff65) ||
    (code >= 0xfe10 && code <= 0xfe1f) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0x2014 && code <= 0x2027) ||
    code === 0x30fb
  )
}

/** Ends a sentence or a part of one in scripts that do put a space behind it: Arabic, Devanagari, Khmer, Burmese. */
export function isSentenceMark(code: Code): boolean {
  return code !== null && sentenceMarks.has(code)
}

const sentenceMarks = new Set(Array.from('،؛؟۔।॥។၊။', (character) => character.charCodeAt(0)))

/** A letter of Chinese, Japanese or Korean. */
export function isCjkLetter(code: Code): boolean {
  if (code === null) return false
  return isHiragana(code) || isHangul(code) || (code >= 0x30a1 && code <= 0x30fa) || (code >= 0x3400 && code <= 0x9fff)
}

/** What Japanese puts behind a word: particles and endings are written in it. */
export function isHiragana(code: Code): boolean {
  return code !== null && code >= 0x3041 && code <= 0x309f
}

export function isHangul(code: Code): boolean {
  return code !== null && code >= 0xac00 && code <= 0xd7a3
}
