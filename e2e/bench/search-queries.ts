import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Chance } from './chance.ts'

const kinds = 12

/** Searches of all kinds, made of words that stand in the files, and phrases that were said: rare ones and common ones as they come. */
export function mixedQueries(folder: string, count: number, seed: number): string[] {
  const chance = new Chance(seed)
  const { words, pairs } = sampleWords(path.join(folder, 'conversations'), chance)
  const word = (): string => chance.pick(words)
  const begin = (): string => word().slice(0, 2 + chance.below(4))
  const makers: ((index: number) => string)[] = [
    () => `${word()} `,
    () => begin(),
    () => `${word()} ${begin()}`,
    () => `${word()} ${word()} `,
    () => `"${chance.pick(pairs)}" `,
    () => `${word()} OR ${word()} `,
    () => `${word()} -${chance.pick(words.filter((one) => one.length > 5))} `,
    () => `role:${chance.pick(['user', 'assistant', 'tool'])} ${begin()}`,
    () => `tool:${chance.pick(['Bash', 'Read', 'Grep'])} ${word()} `,
    () => `after:2026-0${1 + chance.below(3)} before:2026-0${4 + chance.below(4)}-15 ${word()} `,
    () => chance.pick(['搜索', '検索イン', '기록', '🎉', 'ubersicht', 'src/the ', 'folder:lu return ', '"is:archived" of ']),
    () => `*${word().slice(1, 5)}* `,
  ]
  return Array.from({ length: count }, (_, index) => makers[index % kinds]?.(index) ?? '')
}

/** Words of a few files; the more often one stands there, the more often it comes. */
function sampleWords(folder: string, chance: Chance): { words: string[]; pairs: string[] } {
  const names = readdirSync(folder)
  const words: string[] = []
  const pairs: string[] = []
  while (words.length < 4_000) {
    const text = readFileSync(path.join(folder, chance.pick(names)), 'utf8').slice(0, 200_000)
    const found = Array.from(text.matchAll(/(?<=[ (])[a-z]{3,14}(?=[ ,.(])/g), ([word]) => word)
    const together = Array.from(text.matchAll(/(?<= )[a-z]{2,14} [a-z]{3,14}(?=[ .])/g), ([pair]) => pair)
    for (let index = 0; index < 100 && found.length > 0 && together.length > 0; index += 1) {
      words.push(chance.pick(found))
      pairs.push(chance.pick(together))
    }
  }
  return { words, pairs }
}
