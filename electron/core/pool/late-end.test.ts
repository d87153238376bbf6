import { expect, onTestFinished, test } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { StoreRun } from '../conversations/store-fixtures.ts'
import { ConversationChannel } from '../events/conversation-channel.ts'
import { ApprovalDesk } from '../instances/approval-desk.ts'
import type { TurnRecorder } from '../instances/turn-recorder.ts'
import { TurnRun } from '../instances/turn-run.ts'

const turnId = 'turn_000000000001'
const lane = { parentToolUseId: null }
const result: ClaudeEvent = {
  type: 'result',
  ok: true,
  interrupted: false,
  error: null,
  text: 'Two',
  usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
  costUsd: null,
  searches: 0,
  byModel: [],
  calls: null,
  model: 'demo',
  sessionId: 's',
}

function saying(providerId: string, blocks: Extract<ClaudeEvent, { type: 'assistant' }>['blocks']): ClaudeEvent {
  return { type: 'assistant', providerId, uuid: providerId, blocks, model: 'demo', synthetic: false, error: null, ...lane }
}

/** The store's own recorder over a disk that is full from the write with this number on, until it is freed. */
class FullDisk {
  left: number
  #again: (() => void)[] = []

  constructor(writes: number) {
    this.left = writes
  }

  recorder(store: ConversationStore): TurnRecorder {
    const write = <T>(work: () => Promise<T>): Promise<T> => {
      this.left -= 1
      return this.left < 0 ? Promise.reject(new AppError('DISK_FULL', 'The disk is full.')) : work()
    }
    return {
      get: (...call) => store.get(...call),
      appendMessage: (...call) => write(() => store.appendMessage(...call)),
      retract: (...call) => write(() => store.retract(...call)),
      appendTool: (...call) => write(() => store.appendTool(...call)),
      appendApproval: (...call) => write(() => store.appendApproval(...call)),
      appendTurn: (...call) => write(() => store.appendTurn(...call)),
      setSession: (...call) => write(() => store.setSession(...call)),
      setMode: (...call) => write(() => store.setMode(...call)),
      setModel: (...call) => write(() => store.setModel(...call)),
      setEffort: (...call) => write(() => store.setEffort(...call)),
      setFastMode: (...call) => write(() => store.setFastMode(...call)),
      setBackground: (...call) => write(() => store.setBackground(...call)),
      addTask: (...call) => write(() => store.addTask(...call)),
      editTask: (...call) => write(() => store.editTask(...call)),
      dropTask: (...call) => write(() => store.dropTask(...call)),
      journal: (...call) => store.journal(...call),
      discardJournal: (...call) => store.discardJournal(...call),
      settle: (...call) => store.settle(...call),
      openApprovals: (...call) => store.openApprovals(...call),
      askedCall: (...call) => store.askedCall(...call),
      onceWritable: (again) => void this.#again.push(again),
    }
  }

  /** So many writes go well now. */
  free(writes: number): void {
    this.left = writes
    const again = this.#again
    this.#again = []
    for (const call of again) call()
  }
}

async function turnOn(disk: FullDisk) {
  const run = await StoreRun.begin()
  onTestFinished(() => run.end())
  const { id } = await run.store.create({ title: 'x' })
  const channel = new ConversationChannel({
    conversation: () => run.store.get(id),
    tasks: () => [],
    approvals: () => [],
    messageSeq: () => 0,
  })
  const recorder = disk.recorder(run.store)
  const turn = new TurnRun({
    turnId,
    conversationId: id,
    instanceId: 'inst_000000000001',
    acceptedAt: performance.now(),
    recorder,
    channel,
    desk: new ApprovalDesk(),
    onChange: () => {},
    onApproval: () => {},
    onUnwritable: () => {},
  })
  return { run, id, turn }
}

const events: ClaudeEvent[] = [
  saying('m1', [{ type: 'text', text: 'One' }]),
  saying('m1', [{ type: 'tool_use', toolUseId: 't1', name: 'Bash', input: { command: 'ls' } }]),
  { type: 'tool-results', uuid: 'r1', results: [{ toolUseId: 't1', output: 'out', isError: false, images: [], data: null }], ...lane },
  { type: 'message-start', providerId: 'm2', ...lane },
  { type: 'delta', providerId: 'm2', index: 0, kind: 'text', text: 'Two', ...lane },
  saying('m2', [{ type: 'text', text: 'Two' }]),
  result,
]

/** How much of it the conversation holds in the end, by how many writes the disk took: each message that came to be written. */
const held = [1, 2, 2, 3, 3, 4, 4, 4]

test.each([...held.entries()])(
  'a disk that is full after %i writes of a turn: its end is written when it has room again',
  async (writes, messages) => {
    const disk = new FullDisk(writes)
    const { run, id, turn } = await turnOn(disk)
    for (const event of events) turn.handle(event)
    const ended = await turn.done
    expect(ended).toMatchObject(writes < 7 ? { outcome: 'failed', error: { code: 'DISK_FULL' } } : { outcome: 'done' })
    // Room for one thing at a time.
    await expect
      .poll(async () => {
        disk.free(1)
        return (await run.store.turns(id, 10)).map(({ outcome }) => outcome)
      })
      .toEqual([ended.outcome])
    const stored = (await run.store.messages(id, { limit: 10, superseded: false })).items
    const types = stored.flatMap(({ blocks }) => blocks.map(({ type }) => type))
    expect(types).toEqual(['text', 'tool_use', 'tool_result', 'text'].slice(0, messages))
    // Nothing of it is open after a restart.
    await run.reopen()
    expect(await run.store.unfinished()).toEqual([])
  },
)

test('what had streamed in and was in no message yet is written with the end', async () => {
  const disk = new FullDisk(0)
  const { run, id, turn } = await turnOn(disk)
  for (const event of events.slice(3, 5)) turn.handle(event)
  void turn.finish('interrupted')
  await turn.done
  disk.free(100)
  await expect.poll(() => run.texts(id)).toEqual(['Two'])
})
