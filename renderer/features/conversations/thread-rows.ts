import type { Notice, Provisional } from '../../../shared/domain/event.ts'
import type { Block, Message } from '../../../shared/domain/message.ts'
import { provisionalKey, type ThreadApproval, type ThreadState } from '../../state/thread-state.ts'
import { dayKey } from '../../words/times.ts'
import type { EndRow, NoteRow, ThreadRow, UserRow } from './thread-row.ts'
import { indexTools, toolView, type ToolIndex } from './tool-views.ts'

export type RowsInput = Pick<ThreadState, 'messages' | 'older' | 'tools' | 'approvals' | 'turns' | 'runningTurnId' | 'notices'>

/** The stored part of a thread as rows. Costs a walk over all messages: only when one of its inputs changed. */
export function storedRows(state: RowsInput): ThreadRow[] {
  const index = indexTools(state)
  const rows: ThreadRow[] = []
  const begun = { prompt: null, turnId: null, answer: [], asked: new Set<string>(), day: null, moment: '' }
  const builder: Builder = { state, index, rows, notices: [...state.notices], ...begun }
  for (const message of index.byParent.get(null) ?? []) addMessage(builder, message)
  endTurn(builder, true)
  addNotices(builder, null)
  addOrphanApprovals(builder)
  return rows
}

/** The stored rows with what streams now: live text last, a sub-agent's inside its call, and what the running turn is doing. */
export function withLiveRows(
  stored: readonly ThreadRow[],
  state: Pick<ThreadState, 'provisional' | 'runningTurnId' | 'turns'>,
): readonly ThreadRow[] {
  const pieces = [...state.provisional.values()]
  const own = pieces.filter((piece) => !piece.parentToolUseId)
  const turn = state.runningTurnId === null ? undefined : state.turns.get(state.runningTurnId)
  if (pieces.length === 0 && !turn) return stored
  const rows = nestLive(stored, pieces)
  for (const piece of own) rows.push(liveRow(piece))
  if (turn) rows.push({ kind: 'status', key: `status:${turn.id}`, turn, quiet: own.length > 0 || isAtWork(rows) })
  return rows
}

type Builder = {
  state: RowsInput
  index: ToolIndex
  rows: ThreadRow[]
  notices: Notice[]
  prompt: UserRow | null
  turnId: string | null
  answer: string[]
  /** Approvals that have their row. */
  asked: Set<string>
  /** The day that the last message was of. */
  day: string | null
  /** The minute that it was of. */
  moment: string
}

/** So many characters of a time tell its minute. */
const minuteLength = '2026-01-01T00:00'.length

function addMessage(builder: Builder, message: Message): void {
  if (message.role === 'tool') return
  if (message.turnId !== builder.turnId) {
    endTurn(builder, false)
    builder.turnId = message.turnId
    builder.prompt = null
    builder.answer = []
  }
  addNotices(builder, message.createdAt)
  addDay(builder, message)
  if (message.role === 'user') addUser(builder, message)
  else if (message.role === 'system') addNote(builder, message)
  else for (const [place, block] of message.blocks.entries()) addBlock(builder, message, block, place)
}

/** A line where another day begins, and before the first message of all. */
function addDay(builder: Builder, { id, createdAt }: Message): void {
  // Most messages follow within the same minute, and days begin at full minutes.
  const moment = createdAt.slice(0, minuteLength)
  if (moment === builder.moment) return
  builder.moment = moment
  const day = dayKey(createdAt)
  const { day: before, state, rows } = builder
  builder.day = day
  if (day === before || (before === null && state.older !== null)) return
  rows.push({ kind: 'day', key: `day:${day}:${id}`, at: createdAt })
}

function addNote({ rows }: Builder, { id, text, notice, blocks, createdAt }: Message): void {
  const shell = blocks.find((block) => block.type === 'shell')
  if (shell) return void rows.push({ kind: 'shell', key: id, shell })
  const taskId = notice?.data?.['taskId']
  const rewindId = notice?.data?.['rewindId']
  const row: NoteRow = {
    kind: 'note',
    key: id,
    level: notice?.level ?? 'info',
    text,
    about: notice?.kind ?? null,
    taskId: typeof taskId === 'string' ? taskId : null,
    rewindId: typeof rewindId === 'string' ? rewindId : null,
    at: createdAt,
  }
  if (row.about === 'continued') dropSaidAlready(rows, row)
  rows.push(row)
}

/** That a task has ended is said again by the turn that Claude begins for it. */
function dropSaidAlready(rows: ThreadRow[], { taskId }: NoteRow): void {
  const place = rows.findLastIndex(({ kind }) => kind !== 'end')
  const last = rows[place]
  if (taskId !== null && last?.kind === 'note' && last.about === 'background' && last.taskId === taskId) rows.splice(place, 1)
}

function addUser(builder: Builder, message: Message): void {
  const images = message.blocks.flatMap((block) => (block.type === 'image' ? [block] : []))
  const attachments = message.blocks.flatMap((block) => (block.type === 'document' || block.type === 'shell' ? [block] : []))
  const { id, text, turnId, joinedAs, createdAt } = message
  const joined = joinedAs !== undefined
  const row: UserRow = { kind: 'user', key: id, messageId: id, text, images, attachments, turnId, joined, at: createdAt }
  builder.prompt = row
  builder.rows.push(row)
}

function addBlock(builder: Builder, message: Message, block: Block, place: number): void {
  const row = blockRow(builder.state, builder.index, message, block, place)
  if (!row) return
  if (row.kind === 'text') builder.answer.push(row.text)
  if (row.kind !== 'tool') {
    builder.rows.push(row)
    return
  }
  const waiting = row.call.approval?.outcome === 'waiting'
  // While it waits for a decision the card takes the place of the quiet line.
  if (!waiting) builder.rows.push(row)
  for (const entry of approvalsWithin(builder, row.call.toolUseId)) {
    builder.asked.add(entry.approval.id)
    builder.rows.push({ kind: 'approval', key: entry.approval.id, entry, agent: entry.approval.toolUseId !== row.call.toolUseId })
  }
}

/** The row of one block; also used for what a sub-agent says. */
function blockRow(state: RowsInput, index: ToolIndex, message: Message, block: Block, place: number): ThreadRow | null {
  const key = blockKey(message, place)
  const { turnId } = message
  if (block.type === 'text')
    return block.text.trim() === ''
      ? null
      : {
          kind: 'text',
          key,
          text: block.text,
          live: false,
          partial: message.partial === true,
          turnId,
          messageId: message.parentToolUseId === undefined ? message.id : null,
        }
  if (block.type === 'thinking') {
    return block.text.trim() === '' ? null : { kind: 'thinking', key, text: block.text, live: false, durationMs: index.thinkingMs(message) }
  }
  if (block.type !== 'tool_use') return null
  const children = (index.byParent.get(block.toolUseId) ?? []).flatMap((child) => childRows(state, index, child))
  return { kind: 'tool', key: block.toolUseId, call: toolView(state, index, message, block, children) }
}

function childRows(state: RowsInput, index: ToolIndex, message: Message): ThreadRow[] {
  if (message.role !== 'assistant') return []
  return message.blocks.flatMap((block, place) => blockRow(state, index, message, block, place) ?? [])
}

/** The key of the row that shows a block of a message of Claude's. */
export function blockKey(message: Message, place: number): string {
  if (message.providerId === undefined || message.providerIndex === undefined) return `${message.id}:${place}`
  return provisionalKey(message.providerId, message.providerIndex + place)
}

/** Waiting questions of this call and of the sub-agent behind it. */
function approvalsWithin({ state, index }: Builder, toolUseId: string): ThreadApproval[] {
  if (state.approvals.size === 0) return []
  return [...state.approvals.values()].filter(
    (entry) => entry.outcome === 'waiting' && index.rootOf(entry.approval.toolUseId) === toolUseId,
  )
}

/** A question must be seen even where the call that it is about is not among the messages. */
function addOrphanApprovals(builder: Builder): void {
  for (const [id, entry] of builder.state.approvals) {
    if (entry.outcome === 'waiting' && !builder.asked.has(id)) builder.rows.push({ kind: 'approval', key: id, entry, agent: false })
  }
}

function endTurn({ state, index, rows, prompt, turnId, answer }: Builder, newest: boolean): void {
  const turn = turnId === null ? undefined : state.turns.get(turnId)
  if (!turn || turn.outcome === null) return
  const toolsUnknown = turn.outcome === 'lost' || turn.outcome === 'interrupted' ? index.unknownTools(turn.id) : []
  const row: EndRow = { kind: 'end', key: `end:${turn.id}`, turn, answer: answer.join('\n\n'), prompt, newest, toolsUnknown }
  rows.push(row)
}

function addNotices({ notices, rows }: Builder, before: string | null): void {
  while (notices[0] && (before === null || notices[0].at < before)) {
    const notice = notices.shift()
    if (notice)
      rows.push({
        kind: 'note',
        key: `notice:${notice.at}:${notice.code}:${rows.length}`,
        level: notice.level,
        text: notice.message,
        about: null,
        taskId: null,
        rewindId: null,
        at: notice.at,
      })
  }
}

function liveRow(piece: Provisional): ThreadRow {
  const key = provisionalKey(piece.providerId, piece.index)
  if (piece.kind === 'thinking') return { kind: 'thinking', key, text: piece.text, live: true, durationMs: null }
  return { kind: 'text', key, text: piece.text, live: true, partial: false, turnId: piece.turnId, messageId: null }
}

function nestLive(stored: readonly ThreadRow[], pieces: readonly Provisional[]): ThreadRow[] {
  const rows = [...stored]
  for (const piece of pieces) {
    if (!piece.parentToolUseId) continue
    const at = rows.findLastIndex((row) => row.kind === 'tool' && row.call.toolUseId === piece.parentToolUseId)
    const row = rows[at]
    if (row?.kind === 'tool') rows[at] = { ...row, call: { ...row.call, children: [...row.call.children, liveRow(piece)] } }
  }
  return rows
}

/** Whether the last thing shown already says what is going on. */
function isAtWork(rows: readonly ThreadRow[]): boolean {
  const last = rows.at(-1)
  return last?.kind === 'approval' || (last?.kind === 'tool' && last.call.state === 'running')
}
