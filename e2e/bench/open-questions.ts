import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Approval } from '../../shared/domain/approval.ts'
import { until } from '../support/until.ts'
import { quantile, round, type Bench } from './figure.ts'
import { withKilledApp, type KilledApp } from './killed-app.ts'

const longestMs = 300
const longMs = 120_000
/** Of the rounds so many kill the app, the others each of the four processes. */
const ofTheApp = 0.3

/** What is asked, by instance: one asks each kind. */
type Kind = 'question' | 'plan' | 'permission' | 'form'
const kinds: readonly Kind[] = ['question', 'plan', 'permission', 'form']
type Asked = { kind: Kind; key: string; instanceId: string; conversationId: string; approvalId: string }

const prompts: Record<Kind, (key: string) => string> = {
  question: (key) => `Choose #${key}# [question] [rate 0]`,
  plan: (key) => `Plan it #${key}# [plan] [rate 0]`,
  permission: (key) => `May I #${key}# [bash: echo ${key} | tee -a done.txt] [rate 0]`,
  form: (key) => `Deploy #${key}# [mcp: asker deploy] [rate 0]`,
}

/**
 * `kill -9` of the app or of its `claude`, at a random moment, while something is asked: how much can be answered after, and whether the
 * answer reached the model, whose next words say what it read.
 */
export const openQuestions: Bench = async (note) => {
  const { target, run } = await withKilledApp(note, async (target, kills) => {
    const run = new OpenRun(target)
    await run.begin()
    while (target.kills < kills) await run.round()
    return run
  })
  const { faults } = target
  const { answered, said, times } = run
  const total = answered + said + faults.length
  return [
    {
      name: `open requests at ${target.kills} kills`,
      measured: `${answered + said} of ${total}: ${answered} answered and read by the model, ${said} forms said why not`,
      wanted: 'all',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
    {
      name: 'answer given after a kill to the end of its turn',
      measured: `${round(quantile(times, 0.5))} / ${round(quantile(times, 0.95))} ms`,
      wanted: '',
      ok: true,
    },
  ]
}

class OpenRun {
  readonly times: number[] = []
  answered = 0
  said = 0
  #rounds = 0
  readonly #target: KilledApp
  readonly #instances = new Map<Kind, string>()

  constructor(target: KilledApp) {
    this.#target = target
  }

  async begin(): Promise<void> {
    const { app, folders } = this.#target
    const asker = { command: process.execPath, args: [path.resolve(import.meta.dirname, '..', 'fixtures', 'mcp-asks.ts')] }
    for (const kind of kinds) {
      const more = kind === 'form' ? { mcpServers: { asker }, allowedTools: ['mcp__asker__deploy'] } : {}
      this.#instances.set(kind, (await app.api.spawn({ name: kind, cwd: folders.work, ...more })).id)
    }
  }

  /** Each instance asks; then the app is killed, or each of their processes. */
  async round(): Promise<void> {
    this.#rounds += 1
    const asked = (await Promise.all(kinds.map((kind) => this.#ask(kind)))).filter((one) => one !== null)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
    const ofApp = Math.random() < ofTheApp
    if (ofApp) await this.#killApp()
    else await this.#killClaudes()
    await Promise.all(
      asked.map((one) => this.#answer(one).catch((thrown: unknown) => this.#target.report(`${one.kind} ${one.key}: ${String(thrown)}`))),
    )
    // No turn of it ends well, and a process that crashes again and again is not started any more.
    const form = this.#instances.get('form')
    if (!ofApp && form !== undefined) await this.#target.app.api.act(form, 'restart')
    if (this.#rounds % 10 === 0)
      this.#target.note(
        `${this.#target.kills} kills, ${this.answered} answered, ${this.said} said why not, ${this.#target.faults.length} faults`,
      )
  }

  async #ask(kind: Kind): Promise<Asked | null> {
    const { api } = this.#target.app
    const instanceId = this.#instances.get(kind) ?? ''
    const key = `${kind}${this.#rounds}`
    const { id: conversationId } = await api.createConversation({ instanceId })
    await api.send(conversationId, prompts[kind](key))
    const isIts = (approval: Approval) => approval.conversationId === conversationId
    const approval = await until(`${kind} to be asked`, async () => (await api.approvals()).find(isIts), longMs).catch(
      (thrown: unknown) => {
        this.#target.report(String(thrown))
        return null
      },
    )
    return approval && { kind, key, instanceId, conversationId, approvalId: approval.id }
  }

  async #killApp(): Promise<void> {
    await this.#target.kill()
    await this.#target.start()
  }

  async #killClaudes(): Promise<void> {
    for (const id of this.#instances.values()) {
      const { process: claude } = await this.#target.app.api.instance(id)
      if (claude === null) this.#target.report('an instance without a process')
      else process.kill(claude.pid, 'SIGKILL')
      this.#target.kills += 1
    }
  }

  async #answer({ kind, key, conversationId, approvalId }: Asked): Promise<void> {
    const { api } = this.#target.app
    const open = await until('it to be open', async () => (await api.approvals()).find(({ id, kept }) => id === approvalId && kept), longMs)
    const began = performance.now()
    const say = async (decision: Record<string, unknown>): Promise<string> => {
      await api.decide(approvalId, decision)
      const ended = async () => (await api.turns(conversationId)).find(({ outcome }) => outcome !== 'lost' && outcome !== null)
      const turn = await until('the answer to be read', ended, longMs)
      this.times.push(performance.now() - began)
      this.answered += 1
      return turn.text
    }
    const expect = (text: string, wanted: string) => {
      if (text.includes(wanted)) return
      this.answered -= 1
      this.#target.report(`${kind} ${key}: the model read “${text.slice(0, 200)}” instead of “${wanted}”`)
    }
    if (kind === 'form') return this.#form(open)
    const [question] = open.questions ?? []
    const label = question?.options.at(-1)?.label ?? ''
    if (kind === 'question') expect(await say({ decision: 'allow', answers: { [question?.question ?? '']: label } }), `="${label}"`)
    else if (kind === 'plan') expect(await say({ decision: 'allow', planMode: 'default' }), 'User has approved your plan')
    else if (this.#rounds % 3 === 0) expect(await say({ decision: 'deny', message: `Not now ${key}.` }), `Not now ${key}.`)
    else {
      expect(await say({ decision: 'allow' }), key)
      const done = await readFile(path.join(this.#target.folders.work, 'done.txt'), 'utf8')
      const times = done.split('\n').filter((line) => line === key).length
      if (times !== 1) this.#target.report(`${key} ran ${times} times`)
    }
    return undefined
  }

  async #form({ id, lapsed }: Approval): Promise<void> {
    const { api } = this.#target.app
    if (lapsed === undefined) return this.#target.report(`form ${id} does not say why it cannot be answered`)
    await api.decide(id, { decision: 'deny' })
    if ((await api.approvals()).some((one) => one.id === id)) return this.#target.report(`form ${id} cannot be dismissed`)
    this.said += 1
    return undefined
  }
}
