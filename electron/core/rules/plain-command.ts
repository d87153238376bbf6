import { interpreters } from '../../../shared/domain/rule-words.ts'

/** Longer ones are no commands that somebody could say at a glance. */
const longest = 10_000
/**
 * What stands for itself in every shell: letters and digits of any script, and these signs. No operator, expansion, pattern, quote
 * within, escape, comment, history or home folder.
 */
const plainRun = /[\p{L}\p{N}_@%+:,./=-]+/uy
const singleQuoted = /'[\p{L}\p{N} _@%+:,./=-]*'/uy
const doubleQuoted = /"[\p{L}\p{N} _@%+:,./=-]*"/uy
const space = /[ \t]+/y

/**
 * The words of a command that is one plain command: nothing in it that a shell would take for anything but a word. Null for all
 * others, and for whatever is in doubt.
 */
export function plainWords(command: string): string[] | null {
  if (command.length > longest) return null
  const words: string[] = []
  let at = matchEnd(space, command, 0) ?? 0
  while (at < command.length) {
    const word = wordAt(command, at)
    if (word === null) return null
    words.push(word.text)
    at = word.end
    if (at === command.length) break
    const after = matchEnd(space, command, at)
    if (after === null) return null
    at = after
  }
  const [first] = words
  // An assignment before a command changes what it does; a word that begins with an equals sign is a path to some shells.
  return first === undefined || first === '' || first.includes('=') || words.some((word) => word.startsWith('=')) ? null : words
}

/** A word: one plain run or one quoted text. What is pieced together of both is in doubt. */
function wordAt(command: string, at: number): { text: string; end: number } | null {
  const plain = matchEnd(plainRun, command, at)
  if (plain !== null) return { text: command.slice(at, plain), end: plain }
  const quoted = matchEnd(singleQuoted, command, at) ?? matchEnd(doubleQuoted, command, at)
  return quoted === null ? null : { text: command.slice(at + 1, quoted - 1), end: quoted }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

/** Whether a command is a plain one that starts with the words of another. */
export function startsWithWords(command: string, prefix: string): boolean {
  const words = plainWords(command)
  const first = plainWords(prefix)
  return words !== null && first !== null && first.every((word, place) => words[place] === word)
}

/** These run what they are given, or cannot be told by their first words: no prefix is proposed for them. */
const runners = new Set([
  ...interpreters,
  ...'scp rsync curl wget nc docker kubectl rm rmdir dd mkfs chmod chown kill pkill killall shutdown reboot find awk sed tee make'.split(
    ' ',
  ),
])
const subcommand = /^[a-z][a-z0-9:_-]*$/i
const mostWords = 3

/** The words that a prefix rule for a command would have: at least a program and what it is to do. Null: none is proposed. */
export function prefixOf(command: string): string | null {
  const words = plainWords(command)
  if (words === null || runners.has(words[0] ?? '')) return null
  const end = words.findIndex((word, place) => place >= mostWords || !subcommand.test(word))
  const first = words.slice(0, end < 0 ? mostWords : end)
  return first.length < 2 ? null : first.join(' ')
}

/** Whether words are such that a prefix rule may have them: plain, and not what runs anything. */
export function isPrefix(words: string): boolean {
  return plainWords(words) !== null
}
