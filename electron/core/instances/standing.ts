import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { AppliedRule, RuleProposal } from '../../../shared/domain/rule.ts'
import type { PermissionAnswer } from '../claude/claude-event.ts'
import type { RuleBook } from '../rules/rule-book.ts'
import { allowedInput } from './approval-answer.ts'
import { RememberedCalls } from './remembered-calls.ts'

/** A decision that was there before the call. */
export type Settled = { decision: Decision; rule?: AppliedRule; answer: PermissionAnswer }

type Rules = Pick<RuleBook, 'find' | 'used' | 'make' | 'remove' | 'checkCovers' | 'proposals' | 'knows' | 'findDenying'>

/** What was decided before and holds: rules, and calls that were allowed for the rest of a conversation. */
export class Standing {
  readonly #rules: Rules | null
  readonly #remembered: RememberedCalls

  constructor(rules: Rules | null = null, remembered = new RememberedCalls()) {
    this.#rules = rules
    this.#remembered = remembered
  }

  /** What holds for a call; null, at once, where nothing can. Of what was decided a denial goes first. */
  of(approval: Approval): Promise<Settled | null> | null {
    if (approval.kind !== 'permission') return null
    const isRemembered = this.#remembered.covers(approval)
    return isRemembered || this.#rules?.knows(approval.tool) ? this.#find(approval, isRemembered) : null
  }

  async denies(call: Pick<Approval, 'tool' | 'input' | 'folder' | 'instanceId'>): Promise<boolean> {
    const facts = { defaultToNo: false, suppressAlwaysAllow: false }
    return ((await this.#rules?.findDenying({ ...call, facts })) ?? null) !== null
  }

  /** The conversation is gone for good. */
  async forgetConversation(conversationId: string): Promise<void> {
    await this.#remembered.forgetConversation(conversationId)
  }

  /** Rules that a person may make of a call. */
  proposals(approval: Approval): RuleProposal[] {
    return this.#rules?.proposals(approval, approval.folder ?? null) ?? []
  }

  /**
   * Keeps what is to be kept of a decision, before it takes effect; the answer takes that back. Of what was edited only what runs is
   * kept. Throws BAD_REQUEST for a rule that does not cover it.
   */
  async keep(approval: Approval, decision: Decision): Promise<() => Promise<void>> {
    if (approval.kind !== 'permission') return nothing
    const call = { ...approval, input: decision.decision === 'allow' ? allowedInput(approval, decision) : approval.input }
    if (decision.remember === 'rule') return this.#makeRule(call, decision)
    if (decision.remember !== 'conversation' || decision.decision !== 'allow') return nothing
    await this.#remembered.add(call)
    return async () => this.#remembered.forget(call)
  }

  async #find(approval: Approval, isRemembered: boolean): Promise<Settled | null> {
    const rule = (await this.#rules?.find(approval)) ?? null
    if (rule?.decision === 'deny') return this.#denied(rule)
    if (isRemembered) return { decision: { decision: 'allow', remember: 'conversation' }, answer: allowed(approval) }
    if (rule === null) return null
    this.#rules?.used(rule.id)
    return { decision: { decision: 'allow' }, rule, answer: allowed(approval) }
  }

  #denied(rule: AppliedRule): Settled {
    this.#rules?.used(rule.id)
    const message = `A rule of the user denies this: ${rule.words}. Do not try it in another way; ask the user if it is needed.`
    return { decision: { decision: 'deny' }, rule, answer: { behavior: 'deny', message, interrupt: false } }
  }

  async #makeRule(call: Approval, { decision, rule, confirm }: Decision): Promise<() => Promise<void>> {
    const rules = this.#rules
    const wanted = rule ?? this.proposals(call)[0]?.rule
    if (!rules || !wanted) throw noRule()
    const draft = { ...wanted, decision }
    if (rule && rule.decision !== decision) throw otherDecision()
    await rules.checkCovers(draft, call)
    const made = await rules.make(draft, confirm === true)
    return async () => (made.isNew ? rules.remove(made.rule.id) : undefined)
  }
}

function allowed({ input }: Approval): PermissionAnswer {
  return { behavior: 'allow', updatedInput: input }
}

function noRule(): AppError {
  return new AppError('BAD_REQUEST', 'No rule can cover just this call. Decide once, or provide the rule.', {
    data: { field: 'rule' },
  })
}

function otherDecision(): AppError {
  return new AppError('BAD_REQUEST', 'The rule’s decision differs from yours. Use the same decision for both.', {
    data: { field: 'rule' },
  })
}

async function nothing(): Promise<void> {}
