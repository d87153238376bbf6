import { homedir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import {
  everyTool,
  ruleSchema,
  type AppliedRule,
  type Rule,
  type RuleBody,
  type RuleDraft,
  type RulePatch,
  type RuleProposal,
  type ShownRule,
} from '../../../shared/domain/rule.ts'
import { isBroad, ruleSentence } from '../../../shared/domain/rule-words.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { covers, type Call } from './covers.ts'
import { proposalsFor } from './proposals.ts'
import { checkConfirmed, ruleBodyOf } from './rule-body.ts'

export const ruleFileSchema = z.object({ version: z.literal(1).default(1), rules: z.array(ruleSchema).default([]) })
type RuleFile = z.infer<typeof ruleFileSchema>

/** So many rules there may be. */
export const mostRules = 500
/** Revoked ones that can be restored. */
const mostRevoked = 50

export type RuleBookOptions = {
  home: string
  watch: StoreWatch
  onRule: (rule: ShownRule) => void
  onRemoved: (id: string) => void
}

const breadth: readonly Rule['match'][] = ['exact', 'file', 'prefix', 'site', 'folder', 'tool']

/** `rules.json` in the data folder: what was decided about tools until it is revoked. */
export class RuleBook {
  readonly #options: RuleBookOptions
  readonly #file: JsonStore<RuleFile>
  /** Uses that are counted and not written yet. */
  readonly #uses = new Map<string, { count: number; at: string }>()
  readonly #revoked = new Map<string, Rule>()
  #writing: Promise<void> | null = null

  private constructor(options: RuleBookOptions, file: JsonStore<RuleFile>) {
    this.#options = options
    this.#file = file
  }

  static async open(options: RuleBookOptions): Promise<RuleBook> {
    const { home, watch } = options
    const file = await JsonStore.open({
      path: join(home, 'rules.json'),
      schema: ruleFileSchema,
      fallback: ruleFileSchema.parse({}),
      holds: 'your rules',
      watch,
    })
    return new RuleBook(options, file)
  }

  /** The newest first. */
  list(): ShownRule[] {
    return this.#rules()
      .map((rule) => this.#shown(rule))
      .toReversed()
  }

  /** Makes a rule, once it is on disk. One that says the same is answered instead. Throws BAD_REQUEST, LIMIT_REACHED. */
  async create(draft: RuleDraft, confirmed = false): Promise<ShownRule> {
    return (await this.make(draft, confirmed)).rule
  }

  /** The same; `isNew`: there was none that says the same. */
  async make(draft: RuleDraft, confirmed: boolean): Promise<{ rule: ShownRule; isNew: boolean }> {
    const body = ruleBodyOf(draft)
    checkConfirmed(body, confirmed)
    const rule: Rule = { ...body, id: newId('rule'), createdAt: new Date().toISOString(), lastMatchedAt: null, uses: 0 }
    const shown = await this.#add(rule)
    return { rule: shown, isNew: shown.id === rule.id }
  }

  /** Changes a rule; its history stays. Throws NOT_FOUND, BAD_REQUEST. */
  async update(id: string, { confirm, ...patch }: RulePatch): Promise<ShownRule> {
    const change = (before: Rule): Rule => {
      const { createdAt, lastMatchedAt, uses, id: own, ...old } = before
      const given = Object.entries(patch).filter(([, value]) => value !== undefined)
      const next = Object.entries({ ...old, ...Object.fromEntries(given) }).filter(([, value]) => value !== null)
      const body = ruleBodyOf({ ...Object.fromEntries(next), tool: patch.tool ?? old.tool, decision: patch.decision ?? old.decision })
      checkConfirmed(body, confirm === true)
      return { ...body, id: own, createdAt, lastMatchedAt, uses }
    }
    await this.#file.change((file) => {
      if (!file.rules.some((rule) => rule.id === id)) throw gone()
      return { ...file, rules: file.rules.map((rule) => (rule.id === id ? change(rule) : rule)) }
    })
    return this.#told(id)
  }

  /** Revokes a rule: the next call is not decided by it. Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    const rule = this.#rules().find((one) => one.id === id)
    if (!rule) throw gone()
    await this.#file.change((file) => ({ ...file, rules: file.rules.filter((one) => one.id !== id) }))
    this.#revoked.set(id, rule)
    const [oldest] = this.#revoked.keys()
    if (this.#revoked.size > mostRevoked && oldest !== undefined) this.#revoked.delete(oldest)
    this.#options.onRemoved(id)
  }

  /** Takes a revocation back. Throws NOT_FOUND for a rule that was not revoked since the start. */
  async restore(id: string): Promise<ShownRule> {
    const rule = this.#revoked.get(id)
    if (!rule) throw gone()
    const shown = await this.#add(rule)
    this.#revoked.delete(id)
    return shown
  }

  /** Whether any rule could decide about a tool. */
  knows(tool: string): boolean {
    return this.#rules().some((rule) => rule.tool === tool || rule.tool === everyTool)
  }

  /** The rule that decides about a call, and null where none does. What denies goes before what allows, then the narrowest. */
  async find(call: Call): Promise<AppliedRule | null> {
    const rules = this.#rules().filter(({ tool }) => tool === call.tool || tool === everyTool)
    if (rules.length === 0) return null
    const ordered = rules.toSorted((a, b) => rank(a) - rank(b))
    for (const rule of ordered) {
      // It may have been revoked or changed while files were looked at.
      if ((await covers(rule, call)) && this.#rules().includes(rule)) return this.#applied(rule)
    }
    return null
  }

  /** The one that denies a call, whether or not Claude Code would ask about it. */
  async findDenying(call: Call): Promise<AppliedRule | null> {
    if (!this.#rules().some(({ decision, tool }) => decision === 'deny' && (tool === call.tool || tool === everyTool))) return null
    const found = await this.find(call)
    return found?.decision === 'deny' ? found : null
  }

  /** A rule has decided about a call. Shown at once, written soon. */
  used(id: string): void {
    const { count } = this.#uses.get(id) ?? { count: 0 }
    this.#uses.set(id, { count: count + 1, at: new Date().toISOString() })
    const rule = this.#rules().find((one) => one.id === id)
    if (rule) this.#options.onRule(this.#shown(rule))
    this.#writing ??= this.#writeUses().finally(() => (this.#writing = null))
  }

  /** The rules that a person may make of a call, the narrowest first. `cwd`: the instance's folder. */
  proposals(approval: Approval, cwd: string | null): RuleProposal[] {
    return approval.kind === 'permission' ? proposalsFor(approval, { home: homedir(), cwd }) : []
  }

  /** Throws BAD_REQUEST unless a rule that is to be made of a call covers it. */
  async checkCovers(draft: RuleDraft, call: Call): Promise<void> {
    if (await covers(ruleBodyOf(draft), call)) return
    throw new AppError('BAD_REQUEST', 'This rule doesn’t cover this request. Change it, or decide once.', {
      data: { field: 'rule' },
    })
  }

  /** What was counted is written. */
  async close(): Promise<void> {
    await this.#writing
    if (this.#uses.size > 0) await this.#writeUses()
  }

  async #add(rule: Rule): Promise<ShownRule> {
    let id = rule.id
    await this.#file.change((file) => {
      const same = file.rules.find((one) => isDeepStrictEqual(bodyOf(one), bodyOf(rule)))
      if (same) {
        id = same.id
        return file
      }
      if (file.rules.length >= mostRules) throw full()
      return { ...file, rules: [...file.rules, rule] }
    })
    return this.#told(id)
  }

  #told(id: string): ShownRule {
    const rule = this.#rules().find((one) => one.id === id)
    if (!rule) throw gone()
    const shown = this.#shown(rule)
    this.#options.onRule(shown)
    return shown
  }

  async #writeUses(): Promise<void> {
    // Those that come in one go are written together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#uses.size > 0) {
      const counted = new Map(this.#uses)
      try {
        await this.#file.change((file) => ({ ...file, rules: file.rules.map((rule) => withUses(rule, counted.get(rule.id))) }))
      } catch {
        // The disk is told of as full elsewhere; what was counted is written with the next use.
        return
      }
      for (const [id, { count }] of counted) {
        const now = this.#uses.get(id)
        if (!now || now.count <= count) this.#uses.delete(id)
        else this.#uses.set(id, { ...now, count: now.count - count })
      }
    }
  }

  #rules(): readonly Rule[] {
    return this.#file.current().rules
  }

  #shown(rule: Rule): ShownRule {
    const counted = withUses(rule, this.#uses.get(rule.id))
    return { ...counted, words: ruleSentence(rule, homedir()), broad: isBroad(rule) }
  }

  #applied(rule: Rule): AppliedRule {
    return { id: rule.id, words: ruleSentence(rule, homedir()), decision: rule.decision }
  }
}

function rank({ decision, match, tool }: Rule): number {
  return (decision === 'deny' ? 0 : 100) + (tool === everyTool ? 50 : breadth.indexOf(match))
}

function withUses(rule: Rule, counted: { count: number; at: string } | undefined): Rule {
  return counted ? { ...rule, uses: rule.uses + counted.count, lastMatchedAt: counted.at } : rule
}

/** What a rule says, without its note and history. */
function bodyOf({ id: _id, createdAt: _at, lastMatchedAt: _last, uses: _uses, note: _note, ...body }: Rule): Omit<RuleBody, 'note'> {
  return body
}

function gone(): AppError {
  return new AppError('NOT_FOUND', 'This rule no longer exists: it was revoked. Reload the rules.')
}

function full(): AppError {
  return new AppError(
    'LIMIT_REACHED',
    `There are ${mostRules} rules already, which is the maximum. Revoke some you don’t need, then try again.`,
    {
      data: { most: mostRules },
    },
  )
}
