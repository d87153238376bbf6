import { z } from 'zod'
import { accountInfoSchema, limitWindowSchema, type Account, type AccountInfo, type LimitWindow } from '../../../shared/domain/account.ts'
import { modelInfoSchema, type ModelInfo } from '../../../shared/domain/claude-info.ts'
import { timeSchema } from '../../../shared/domain/common.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { JsonStore } from '../storage/json-store.ts'
import { accountKey } from './account-key.ts'

const mostAccounts = 20
const mostWindows = 30

const entrySchema = z.object({
  key: z.string(),
  models: z.array(modelInfoSchema).default([]),
  info: accountInfoSchema.default({}),
  windows: z.array(limitWindowSchema).default([]),
  heardAt: timeSchema.nullable().default(null),
})
type Entry = z.infer<typeof entrySchema>

/** What is known of each account, the one heard of last at the end. */
export const accountFileSchema = z.object({ version: z.literal(1).default(1), accounts: z.array(entrySchema).default([]) })
type AccountFile = z.infer<typeof accountFileSchema>

type Env = Readonly<Record<string, string>>

export type AccountBookDeps = {
  file: JsonStore<AccountFile>
  /** The account of those whose environment adds nothing. */
  base: string
  instances: () => readonly Pick<Instance, 'id' | 'env'>[]
  onChange: (accounts: Account[]) => void
}

/** What Claude Code said of the accounts that instances work for: kept, so that it is known without a process. */
export class AccountBook {
  readonly #deps: AccountBookDeps
  /** What is on its way to the file. */
  readonly #pending = new Map<string, Entry>()

  constructor(deps: AccountBookDeps) {
    this.#deps = deps
  }

  /** The models that were listed last; null when none ever were. */
  readonly get = (env: Env): ModelInfo[] | null => {
    const { models } = this.#entry(this.#key(env))
    return models.length === 0 ? null : models
  }

  readonly keep = (env: Env, models: readonly ModelInfo[]): void => {
    this.#change(env, { models: [...models] })
  }

  readonly account = (env: Env, info: AccountInfo): void => {
    if (this.#change(env, { info }, new Date().toISOString())) this.#deps.onChange(this.list())
  }

  readonly windows = (env: Env, windows: readonly LimitWindow[]): void => {
    const ids = new Set(windows.map(({ id }) => id))
    const others = this.#entry(this.#key(env)).windows.filter(({ id }) => !ids.has(id))
    const all = [...windows, ...others].toSorted((a, b) => a.id.localeCompare(b.id)).slice(0, mostWindows)
    if (this.#change(env, { windows: all }, new Date().toISOString())) this.#deps.onChange(this.list())
  }

  /** The accounts that instances work for now. What a limit said before its reset counts no more. */
  list(now = Date.now()): Account[] {
    const instances = this.#deps.instances()
    const keys = new Set(instances.map(({ env }) => this.#key(env)))
    return [...keys].map((key) => {
      const { info, windows, heardAt } = this.#entry(key)
      const instanceIds = instances.filter(({ env }) => this.#key(env) === key).map(({ id }) => id)
      return { id: key, ...info, windows: windows.map((window) => current(window, now)), heardAt, instanceIds }
    })
  }

  #key(env: Env): string {
    return accountKey(env, this.#deps.base)
  }

  /** Known at once; what cannot be written now is asked of Claude Code again. False where it says nothing new. */
  #change(env: Env, change: Partial<Entry>, heardAt?: string): boolean {
    const key = this.#key(env)
    const before = this.#entry(key)
    const after = { ...before, ...change }
    if (JSON.stringify(before) === JSON.stringify(after) && (heardAt === undefined || before.heardAt !== null)) return false
    const next = { ...after, heardAt: heardAt ?? before.heardAt }
    this.#pending.set(key, next)
    this.#deps.file
      .change(({ version, accounts }) => ({ version, accounts: [...accounts.filter((one) => one.key !== key), next].slice(-mostAccounts) }))
      .catch(() => {})
      .finally(() => {
        if (this.#pending.get(key) === next) this.#pending.delete(key)
      })
    return true
  }

  #entry(key: string): Entry {
    const known = this.#pending.get(key) ?? this.#deps.file.current().accounts.find((one) => one.key === key)
    return known ?? { key, models: [], info: {}, windows: [], heardAt: null }
  }
}

function current(window: LimitWindow, now: number): LimitWindow {
  const isOver = window.resetsAt !== null && Date.parse(window.resetsAt) <= now
  return isOver ? { ...window, usedPercent: 0, resetsAt: null, state: 'ok' } : window
}
