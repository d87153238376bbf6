import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { timeSchema } from '../../../shared/domain/common.ts'
import { secretNameSchema, type SecretStore } from '../../../shared/domain/secret.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import type { Cipher, KeyStore } from './key-store.ts'
import { Keychain, NoStore, SealedStore, SecretService } from './system-stores.ts'

const entrySchema = z.object({
  name: secretNameSchema,
  changedAt: timeSchema,
  /** Which key store has its value. */
  keptBy: z.enum(['keychain', 'secret-service', 'desktop', 'none']),
  /** Its value as the desktop app has encrypted it. */
  sealed: z.string().optional(),
})
type Entry = z.infer<typeof entrySchema>
/** `folderId`: which data folder's they are; key stores are shared by all. */
const fileSchema = z.object({
  version: z.literal(1).default(1),
  folderId: z.string().default(''),
  secrets: z.array(entrySchema).default([]),
})
const mostSecrets = 500
/** A store that was not there may be by now: a keyring is unlocked, a program installed. */
const probeMs = 10_000

export type SecretBookOptions = {
  home: string
  watch: StoreWatch
  /** The user's own, with their PATH. */
  env: () => Promise<NodeJS.ProcessEnv>
  /** The desktop app's; absent in any other shell. */
  cipher?: Cipher | undefined
  platform?: NodeJS.Platform
}

/** `secrets.json` holds names; values are with the system. */
export class SecretBook {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>
  readonly #store: KeyStore
  #probed: { at: number; reason: Promise<string | null> } | null = null
  /** Values that were read, so that they can be taken out of texts. */
  readonly #values = new Set<string>()

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>, options: SecretBookOptions) {
    this.#file = file
    this.#store = this.#storeFor(options)
  }

  static async open(options: SecretBookOptions): Promise<SecretBook> {
    const { home, watch } = options
    const file = await JsonStore.open({
      path: join(home, 'secrets.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'the names of your secrets',
      watch,
    })
    return new SecretBook(file, options)
  }

  /** Where they are kept. */
  async store(): Promise<SecretStore> {
    const { kind, label } = this.#store
    const reason = await this.#unavailable()
    return { kind, label, available: reason === null, ...(reason === null ? {} : { reason }) }
  }

  /** By name. */
  list(): { name: string; changedAt: string; readable: boolean }[] {
    return this.#entries()
      .map(({ name, changedAt, keptBy }) => ({ name, changedAt, readable: keptBy === this.#store.kind }))
      .toSorted((a, b) => a.name.localeCompare(b.name))
  }

  has(name: string): boolean {
    return this.#entries().some((one) => one.name === name)
  }

  /** Changes whenever one of these is set or removed. */
  revision(names: readonly string[]): string {
    return names.map((name) => `${name} ${this.#entries().find((one) => one.name === name)?.changedAt ?? ''}`).join('\n')
  }

  /** Keeps a value. Throws KEY_STORE_MISSING with the reason, LIMIT_REACHED, UNAVAILABLE. */
  async set(name: string, value: string): Promise<void> {
    if (!this.has(name) && this.#entries().length >= mostSecrets)
      throw new AppError('LIMIT_REACHED', `At most ${mostSecrets} secrets can be kept. Delete some first.`, {
        data: { limit: mostSecrets },
      })
    // It may have been locked since it was asked last.
    this.#probed = null
    const reason = await this.#unavailable()
    if (reason !== null) throw new AppError('KEY_STORE_MISSING', reason)
    if (this.#file.current().folderId === '') await this.#file.change((file) => ({ ...file, folderId: file.folderId || newId('secret') }))
    await this.#store.set(name, value)
    await this.#put(name, { changedAt: this.#later(), keptBy: this.#store.kind })
  }

  /** Throws NOT_FOUND, UNAVAILABLE. */
  async remove(name: string): Promise<void> {
    const entry = this.#entries().find((one) => one.name === name)
    if (!entry) throw new AppError('NOT_FOUND', `There is no secret ${name}. Reload the list.`)
    if (entry.keptBy === this.#store.kind) await this.#store.remove(name)
    await this.#file.change((file) => ({ ...file, secrets: file.secrets.filter((one) => one.name !== name) }))
  }

  /** Its value; null where it was never set, is in another key store, or has been deleted there. Throws UNAVAILABLE. */
  async value(name: string): Promise<string | null> {
    const entry = this.#entries().find((one) => one.name === name)
    if (!entry || entry.keptBy !== this.#store.kind) return null
    const value = await this.#store.get(name)
    if (value !== null) this.remember(value)
    return value
  }

  /** A value that is to be taken out of texts from now on. */
  remember(value: string): void {
    if (value.length >= 6) this.#values.add(value)
  }

  /** A text without the values of secrets that were used since the start. */
  mask(text: string): string {
    let masked = text
    for (const value of this.#values) masked = masked.replaceAll(value, '•••')
    return masked
  }

  #entries(): readonly Entry[] {
    return this.#file.current().secrets
  }

  /** Two changes within one millisecond are two. */
  #later(): string {
    const latest = Math.max(0, ...this.#entries().map(({ changedAt }) => Date.parse(changedAt)))
    return new Date(Math.max(Date.now(), latest + 1)).toISOString()
  }

  async #put(name: string, change: Partial<Entry>): Promise<void> {
    await this.#file.change((file) => {
      const old = file.secrets.find((one) => one.name === name)
      const next = { name, changedAt: new Date().toISOString(), keptBy: this.#store.kind, ...old, ...change }
      return { ...file, secrets: [...file.secrets.filter((one) => one.name !== name), next] }
    })
  }

  #unavailable(): Promise<string | null> {
    if (this.#probed === null || performance.now() - this.#probed.at > probeMs)
      this.#probed = { at: performance.now(), reason: this.#store.probe() }
    return this.#probed.reason
  }

  #storeFor({ cipher, env, platform = process.platform }: SecretBookOptions): KeyStore {
    const folderId = () => this.#file.current().folderId
    if (cipher)
      return new SealedStore(cipher, {
        get: (name) => this.#entries().find((one) => one.name === name)?.sealed ?? null,
        set: (name, sealed) => (sealed === null ? Promise.resolve() : this.#put(name, { sealed })),
      })
    if (platform === 'darwin') return new Keychain({ env, folderId })
    return platform === 'win32' ? new NoStore() : new SecretService({ env, folderId })
  }
}
