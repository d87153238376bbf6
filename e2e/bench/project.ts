import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Seeded } from './seeded.ts'

const perFolder = 25

/** Made-up source code in a git repository: so many files of some kilobytes each, 25 in a folder. */
export class Project {
  readonly folder: string
  readonly #files: number
  readonly #chance: Seeded

  private constructor(folder: string, files: number, chance: Seeded) {
    this.folder = folder
    this.#files = files
    this.#chance = chance
  }

  static make(folder: string, files: number): Project {
    const chance = new Seeded(11)
    mkdirSync(folder, { recursive: true })
    for (let index = 0; index < files; index += 1) {
      const path = join(folder, pathOf(index))
      if (index % perFolder === 0) mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, chance.code(Math.round(800 + 9_000 * chance.next() ** 2)))
    }
    execFileSync('git', ['init', '-q'], { cwd: folder })
    return new Project(folder, files, chance)
  }

  /** Changes some lines in so many files, as a turn does: mostly those that were changed before, a few others, seldom a new one. */
  edit(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const isKnown = this.#chance.next() < 0.8
      const path = join(this.folder, pathOf(this.#chance.int(0, (isKnown ? Math.min(300, this.#files) : this.#files) - 1)))
      const lines = readFileSync(path, 'utf8').split('\n')
      for (let edit = 0; edit < 3; edit += 1)
        lines.splice(this.#chance.int(0, lines.length), this.#chance.int(0, 2), this.#chance.code(120))
      writeFileSync(path, lines.join('\n'))
    }
    if (this.#chance.next() < 0.3)
      writeFileSync(join(this.folder, 'package-0', `new-${this.#chance.int(0, 1e9)}.ts`), this.#chance.code(2_000))
    appendFileSync(join(this.folder, pathOf(0)), `// ${this.#chance.int(0, 1e9)}\n`)
  }
}

function pathOf(index: number): string {
  const folder = Math.floor(index / perFolder)
  return join(`package-${Math.floor(folder / 40)}`, `module-${folder % 40}`, `file-${index % perFolder}.ts`)
}
