import { z } from 'zod'
import { modelInfoSchema, type ModelInfo } from '../../../shared/domain/claude-info.ts'
import type { JsonStore } from '../storage/json-store.ts'
import { accountKey } from './account-key.ts'

const mostAccounts = 20

const entrySchema = z.object({ key: z.string(), models: z.array(modelInfoSchema).default([]) })

/** What is known of each account, the one heard of last at the end. */
export const accountFileSchema = z.object({ version: z.literal(1).default(1), accounts: z.array(entrySchema).default([]) })
export type AccountFile = z.infer<typeof accountFileSchema>
type Entry = AccountFile['accounts'][number]

export type AccountBookDeps = {
  file: JsonStore<AccountFile>
  /** The account of those whose environment adds nothing. */
  base: string
}

/** What Claude Code said of the accounts that instances work for: kept, so that it is known without a process. */
export class AccountBook {
  readonly #deps: AccountBookDeps

  constructor(deps: AccountBookDeps) {
    this.#deps = deps
  }

  /** The models that were listed last; null when none ever were. */
  readonly get = (env: Readonly<Record<string, string>>): ModelInfo[] | null => {
    const models = this.#entry(accountKey(env, this.#deps.base))?.models ?? []
    return models.length === 0 ? null : models
  }

  /** What cannot be written now is asked of Claude Code again. */
  readonly keep = (env: Readonly<Record<string, string>>, models: readonly ModelInfo[]): void => {
    const key = accountKey(env, this.#deps.base)
    if (JSON.stringify(this.#entry(key)?.models) === JSON.stringify(models)) return
    this.#deps.file
      .change(({ version, accounts }) => {
        const entry = accounts.find((one) => one.key === key) ?? { key, models: [] }
        return { version, accounts: [...accounts.filter((one) => one.key !== key), { ...entry, models: [...models] }].slice(-mostAccounts) }
      })
      .catch(() => {})
  }

  #entry(key: string): Entry | undefined {
    return this.#deps.file.current().accounts.find((one) => one.key === key)
  }
}
