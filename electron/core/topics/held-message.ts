import type { TopicMessage } from '../../../shared/domain/topic.ts'
import type { LinePlace } from '../storage/append-log.ts'
import { answerIdOf } from './ids.ts'
import { newState, type MessageLine, type MessageState, type StateLine } from './topic-entry.ts'

/** A message in memory: where its lines lie, and what decides what is done with it. Its texts stay in the file. */
export class HeldMessage {
  readonly id: string
  readonly seq: number
  readonly key: string | null
  /** Where it lies in the file. */
  place: LinePlace
  /** Where the last line about its state lies; null: nothing became of it yet. */
  last: LinePlace | null = null
  /** Of one that is done only what others count is held. */
  now: MessageState = newState
  endedAtMs = 0
  /** It may have been handed in already, although nobody says so. */
  isDoubtful = false

  constructor({ id, seq, key }: Pick<MessageLine, 'id' | 'seq' | 'key'>, place: LinePlace) {
    this.id = id
    this.seq = seq
    this.key = key
    this.place = place
  }

  become(state: MessageState, atMs: number, last: LinePlace | null): void {
    this.now = state.state === 'done' ? doneState(state) : state
    this.endedAtMs = isOver(state) ? atMs : 0
    if (last !== null) this.last = last
  }
}

export function isOver({ state }: Pick<MessageState, 'state'>): boolean {
  return state === 'done' || state === 'dead'
}

/** One object for all that are done alike. */
const doneStates = new Map<string, MessageState>()

function doneState({ workerId, mayBeRepeated }: MessageState): MessageState {
  const name = `${workerId} ${mayBeRepeated}`
  const known = doneStates.get(name) ?? { ...newState, state: 'done', workerId, mayBeRepeated }
  doneStates.set(name, known)
  return known
}

/** The message that a caller sees. `last`: what became of it, as the file says. */
export function viewOf({ now }: HeldMessage, message: MessageLine, last: StateLine | null, topic: string): TopicMessage {
  const { id, seq, text, data, key, from, at } = message
  const state = last ?? newState
  const isTaken = now.state === 'taken'
  return {
    id,
    seq,
    text,
    key,
    from,
    to: now.state === 'done' && last !== null ? answerPlace({ topic, messageId: id }, last) : null,
    ...(data === undefined ? {} : { data }),
    state: now.state,
    attempts: state.attempts + (isTaken ? state.turns.length : 0),
    workerId: state.workerId,
    turnId: state.turns.at(-1) ?? null,
    conversationId: state.conversationId,
    instanceId: state.instanceId,
    answer: last?.answer ?? null,
    mayBeRepeated: state.mayBeRepeated,
    costUsd: state.costUsd,
    ...(state.error === null ? {} : { error: state.error }),
    createdAt: at,
    nextAttemptAt: isTaken ? state.nextAttemptAt : null,
    endedAt: last !== null && isOver(now) ? last.at : null,
  }
}

function answerPlace(of: { topic: string; messageId: string }, { output, answer }: StateLine): TopicMessage['to'] {
  return output === null || answer === null ? null : { topic: output, id: answerIdOf(of, output) }
}
