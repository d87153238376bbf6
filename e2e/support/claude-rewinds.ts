import { appendFileSync, chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Core } from '../../electron/core/core.ts'
import { toAppError } from '../../shared/app-error.ts'
import { Chance } from '../bench/chance.ts'
import { differences, faultsOf, type Played } from './rewind-checks.ts'
import { changedBy, readDisk, type Disk, type Moment } from './rewind-history.ts'
import { until } from './until.ts'

const paths = ['a.txt', 'src/b.txt', 'src/deep/c d.txt', 'lib/e.bin', 'ünï.txt', 'notes.log', 'build/out.txt']

/** A folder in which the real Claude works with tools, commands and sub-agents, a person in between, and which then goes back. */
export class ClaudeRewinds implements Played {
  readonly #core: Core
  readonly #conversationId: string
  readonly #folder: string
  readonly #chance: Chance
  readonly #moments: Moment[] = []
  readonly #prompts: { text: string; moment: number }[] = []

  constructor(core: Core, conversationId: string, folder: string, seed: number) {
    this.#core = core
    this.#conversationId = conversationId
    this.#folder = folder
    this.#chance = new Chance(seed)
  }

  /** Plays some turns, goes back to one of them, forward and back again; answers what is wrong. */
  async play(): Promise<string[]> {
    writeFileSync(this.#place('.gitignore'), '*.log\nbuild/\n')
    writeFileSync(this.#place('a.txt'), 'first\n')
    for (let turn = 0; turn < 3; turn += 1) {
      await this.#turn(turn)
      if (this.#chance.next() < 0.7) this.#person()
    }
    return this.#back()
  }

  /** Without folders that hold nothing: Claude leaves some behind, and snapshots know of none. */
  disk(): Disk {
    return new Map([...readDisk(this.#folder)].filter(([, what]) => what !== 'an empty folder'))
  }

  diskAt(moment: number): Disk {
    return this.#moments[moment]?.disk ?? new Map()
  }

  changedSince(moment: number, last: Disk): Map<string, 'own' | 'others'> {
    return changedBy(this.#conversationId, this.#moments.slice(moment), last)
  }

  async #turn(number: number): Promise<void> {
    const steps = Array.from({ length: 1 + this.#chance.below(3) }, () => this.#step())
    const text = `${number + 1}: ${steps.join(' ')} [rate 0] [long 5]`
    this.#prompts.push({ text, moment: this.#moments.length })
    this.#moments.push({ disk: this.disk(), working: [this.#conversationId] })
    const { error } = await (await this.#core.pool.send(this.#conversationId, { text, priority: 5 })).done
    if (error) throw new Error(`A turn failed: ${error.message}`)
    await this.#rest()
    this.#moments.push({ disk: this.disk(), working: [] })
  }

  /** Sub-agents may go on in the background, and Claude then says what came of it. What is written once the folder was looked at is a person's. */
  async #rest(): Promise<void> {
    const { snapshots, pool, conversations } = this.#core
    const store = await snapshots.folderOf(this.#folder)
    const isOver = async () => {
      const { instanceId } = conversations.get(this.#conversationId)
      const { state, background } = pool.instances.get(instanceId ?? '')
      return state === 'idle' && background.length === 0 && (await snapshots.of(store)).at(-1)?.working.length === 0
    }
    await until('Claude to be done, and the snapshot after it', isOver)
  }

  #step(): string {
    const kind = this.#chance.next()
    const path = this.#chance.pick(paths)
    if (kind < 0.2) return `[write: src/w${this.#chance.below(3)}.md ${this.#chance.hex(6)}]`
    if (kind < 0.3) return existsSync(this.#place('a.txt')) ? '[edit: a.txt]' : '[write: a.txt again]'
    const command = `[bash: ${this.#command(path)}]`
    return kind < 0.6 ? `[agent: ${command}]` : command
  }

  #command(path: string): string {
    const other = this.#chance.pick(paths)
    const word = this.#chance.hex(4)
    return this.#chance.pick([
      `mkdir -p "${dirname(path)}"; printf ${word} > "${path}"`,
      `mkdir -p "${dirname(path)}"; printf ${word} >> "${path}"`,
      `mkdir -p "${dirname(path)}"; head -c 300 /dev/urandom > "${path}"`,
      `rm -f "${path}"`,
      `mkdir -p "${dirname(other)}"; test ! -e "${path}" || test "${path}" = "${other}" || mv "${path}" "${other}"`,
      `test ! -e "${path}" || chmod +x "${path}"`,
      `mkdir -p "${dirname(path)}"; ln -sfn ${word} "${path}"`,
    ])
  }

  #person(): void {
    const path = this.#chance.pick(paths)
    const place = this.#place(path)
    mkdirSync(dirname(place), { recursive: true })
    const kind = this.#chance.below(4)
    const isFile = statSync(place, { throwIfNoEntry: false })?.isFile() === true
    if (!isFile || kind === 0) {
      rmSync(place, { force: true })
      writeFileSync(place, `a person ${this.#chance.hex(4)}\n`)
    } else if (kind === 1) appendFileSync(place, 'a person\n')
    else if (kind === 2) chmodSync(place, 0o755)
    else renameSync(place, this.#place(`moved-${this.#chance.hex(4)}`))
  }

  async #back(): Promise<string[]> {
    const { rewinds, conversations } = this.#core
    const id = this.#conversationId
    const { text, moment } = this.#chance.pick(this.#prompts)
    const { items } = await conversations.messages(id, { limit: 100, superseded: false })
    const messageId = items.find((message) => message.text === text)?.id ?? ''
    const ask = { messageId, what: 'files' as const, overwrite: [] }
    const before = this.disk()
    const preview = await rewinds.rewind(id, { ...ask, dryRun: true })
    const faults = differences(before, this.disk()).map((fault) => `preview: ${fault}`)
    if (preview.fileCount === 0) return [...faults, ...faultsOf(this, moment, before, preview)]
    const rewind = await atRest(() => rewinds.rewind(id, { ...ask, dryRun: false }))
    faults.push(...faultsOf(this, moment, before, rewind))
    const after = this.disk()
    const undo = await atRest(() => rewinds.undo(id, rewind.id ?? '', { dryRun: false, overwrite: [] }))
    faults.push(...differences(before, this.disk()).map((fault) => `undone: ${fault}`))
    await atRest(() => rewinds.undo(id, undo.id ?? '', { dryRun: false, overwrite: [] }))
    return [...faults, ...differences(after, this.disk()).map((fault) => `again: ${fault}`)]
  }

  #place(path: string): string {
    return join(this.#folder, path)
  }
}

/** Claude may begin a turn of its own at any moment, to say what came of a sub-agent. */
function atRest<T extends object>(work: () => Promise<T>): Promise<T> {
  const tried = () =>
    work().catch((thrown: unknown) => {
      if (toAppError(thrown).code === 'CONVERSATION_BUSY') return null
      throw thrown
    })
  return until('Claude to be done', tried)
}
