/**
 * The words of the index are those of SQLite's `unicode61`: runs of letters and digits. Scripts that write without spaces would
 * give one word per sentence, and emoji none at all, so such text gets further words in a column of its own: two neighbouring
 * characters each (`検索`, `索エ`, …), the last one alone, and one word for each emoji. Text without them costs nothing.
 */
const unspacedScripts =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々〆'
const ascii = /^[\0-\x7f]*$/
const special = new RegExp(`[${unspacedScripts}]|\\p{Extended_Pictographic}`, 'u')
const mixedRun = new RegExp(`[\\p{L}\\p{N}\\p{M}\\p{Co}ー々〆]+|\\p{Extended_Pictographic}`, 'gu')
const piece = new RegExp(`[${unspacedScripts}\\p{M}]+|[^${unspacedScripts}]+`, 'gu')
const unspaced = new RegExp(`^[${unspacedScripts}]`, 'u')
const pictograph = /^\p{Extended_Pictographic}$/u

/** The further words of a text, with spaces between them; empty for most texts. */
export function extraWords(text: string): string {
  if (ascii.test(text) || !special.test(text)) return ''
  const words: string[] = []
  for (const [run] of text.matchAll(mixedRun)) {
    if (isEmoji(run)) words.push(emojiWord(run))
    else if (special.test(run)) for (const part of piecesOf(run)) words.push(...(part.unspaced ? bigrams(part.text, true) : [part.text]))
  }
  return words.join(' ')
}

/** A piece of a query: words that stand behind each other in the index; `open`: more letters may follow the last one. */
export type WordRun = { words: string[]; open: boolean }

/** What to look for, for a word or phrase of a query; empty when it holds nothing that is indexed. */
export function wordRuns(text: string): WordRun[] {
  if (ascii.test(text) || !special.test(text)) return hasWord(text) ? [{ words: [text], open: false }] : []
  const runs: WordRun[] = []
  let plain: string[] = []
  const endPlain = (): void => {
    if (plain.length > 0) runs.push({ words: [plain.join(' ')], open: false })
    plain = []
  }
  for (const [run] of text.matchAll(mixedRun)) {
    if (!isEmoji(run) && !special.test(run)) {
      plain.push(run)
      continue
    }
    endPlain()
    runs.push(isEmoji(run) ? { words: [emojiWord(run)], open: false } : specialRun(run))
  }
  endPlain()
  return runs
}

/** Whether anything of a text is indexed at all. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}\p{Co}]|\p{Extended_Pictographic}/u.test(text)
}

const accented = /[\u00c0-\u024f\u1e00-\u1eff]/g

/** Letters without their accents, each in the same place. */
export function fold(text: string): string {
  return text.replaceAll(accented, (letter) => {
    const plain = letter.normalize('NFD').charAt(0)
    return plain === '' ? letter : plain
  })
}

/** Whether it is written without spaces, or an emoji: such text has words of its own. */
export function isSpecial(text: string): boolean {
  return special.test(text)
}

function specialRun(run: string): WordRun {
  const pieces = piecesOf(run)
  const words = pieces.flatMap(({ text, unspaced: is }, index) => (is ? bigrams(text, index < pieces.length - 1) : [text]))
  const last = pieces.at(-1)
  return { words, open: last?.unspaced === true && Array.from(last.text).length === 1 }
}

function piecesOf(run: string): { text: string; unspaced: boolean }[] {
  return Array.from(run.matchAll(piece), ([text]) => ({ text, unspaced: unspaced.test(text) }))
}

/** Neighbouring characters two by two; then the last one alone, so that a single character is found as the beginning of a word. */
function bigrams(text: string, withLast: boolean): string[] {
  const characters = Array.from(text)
  const words = characters.slice(0, -1).map((character, index) => character + (characters[index + 1] ?? ''))
  const last = characters.at(-1)
  if (last !== undefined && (withLast || words.length === 0)) words.push(last)
  return words
}

/** `©`, digits and the like are pictographs to Unicode, and letters or signs to everybody else. */
function isEmoji(run: string): boolean {
  return pictograph.test(run)
}

function emojiWord(run: string): string {
  return `emoji${(run.codePointAt(0) ?? 0).toString(16)}`
}
