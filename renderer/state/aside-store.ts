import { getEventMeta } from '@orpc/client'
import { create } from 'zustand'
import { asideEventSchema, longestAside, type Aside, type AsideEvent, type Exchange } from '../../shared/domain/aside.ts'
import { client } from '../connection/connection.ts'
import { errorCode, errorWords } from '../words/error-words.ts'
import { oncePerFrame } from './thread-frame.ts'

/** A side question as its panel shows it. */
export type AsideState = {
  /** Null until something was asked. */
  asideId: string | null
  exchanges: readonly Exchange[]
  /** What is being written. */
  text: string
  /** A question is on its way. */
  sending: boolean
  problem: string | null
  /** Counts how often it was asked for, so that its field takes the focus. */
  opened: number
}

const none: AsideState = { asideId: null, exchanges: [], text: '', sending: false, problem: null, opened: 0 }

/** The panels that are open, by conversation. */
export const useAsides = create<{ open: ReadonlyMap<string, AsideState> }>(() => ({ open: new Map() }))

const retryMs = 500
const followers = new Map<string, AbortController>()

/** Opens the panel; `quoted` is what is to be asked about. */
export function openAside(conversationId: string, quoted = ''): void {
  const known = useAsides.getState().open.get(conversationId) ?? none
  const quote =
    quoted.trim() === ''
      ? ''
      : `${quoted
          .trim()
          .slice(0, longestAside / 2)
          .replaceAll(/^/gm, '> ')}\n\n`
  put(conversationId, { ...known, text: quote + known.text, opened: known.opened + 1 })
}

export function writeAside(conversationId: string, text: string): void {
  change(conversationId, { text })
}

/** Asks what was written. What cannot be asked is told, and stays in the field. */
export async function askAside(conversationId: string): Promise<void> {
  const state = useAsides.getState().open.get(conversationId)
  if (!state || state.sending || state.text.trim() === '') return
  const text = state.text
  change(conversationId, { sending: true, problem: null })
  try {
    const aside = await client.asides.ask({ id: conversationId, text, ...(state.asideId === null ? {} : { asideId: state.asideId }) })
    // The panel was closed while the question was on its way.
    if (!useAsides.getState().open.has(conversationId)) return void drop(aside)
    change(conversationId, { text: '', sending: false, asideId: aside.id, exchanges: aside.exchanges })
    follow(aside)
  } catch (thrown) {
    // One that was closed elsewhere begins anew.
    if (errorCode(thrown) === 'NOT_FOUND') change(conversationId, { asideId: null })
    change(conversationId, { sending: false, problem: errorWords(thrown) })
  }
}

export async function stopAside(conversationId: string): Promise<void> {
  await attempt(conversationId, (asideId) => client.asides.stop({ id: conversationId, asideId }))
}

/** Closes the panel; nothing of it is left anywhere. */
export function closeAside(conversationId: string): void {
  const state = useAsides.getState().open.get(conversationId)
  followers.get(conversationId)?.abort()
  followers.delete(conversationId)
  const open = new Map(useAsides.getState().open)
  open.delete(conversationId)
  useAsides.setState({ open })
  if (state && state.asideId !== null) void drop({ id: state.asideId, conversationId })
}

/** Makes a conversation of it; answers its id, or null when that did not work, which is told in the panel. */
export async function keepAside(conversationId: string): Promise<string | null> {
  const made = await attempt(conversationId, (asideId) => client.asides.keep({ id: conversationId, asideId }))
  if (made) closeAside(conversationId)
  return made?.id ?? null
}

async function attempt<T>(conversationId: string, act: (asideId: string) => Promise<T>): Promise<T | null> {
  const asideId = useAsides.getState().open.get(conversationId)?.asideId ?? null
  if (asideId === null) return null
  try {
    return await act(asideId)
  } catch (thrown) {
    change(conversationId, { problem: errorWords(thrown) })
    return null
  }
}

async function drop({ id: asideId, conversationId: id }: Pick<Aside, 'id' | 'conversationId'>): Promise<void> {
  await client.asides.close({ id, asideId }).catch(() => undefined)
}

/** Reads what happens in it, until the panel is closed or it is gone. */
function follow({ id: asideId, conversationId }: Aside): void {
  if (followers.has(conversationId)) return
  const end = new AbortController()
  followers.set(conversationId, end)
  let buffer: AsideEvent[] = []
  const frame = oncePerFrame(() => {
    const events = buffer
    buffer = []
    const state = useAsides.getState().open.get(conversationId)
    if (state) change(conversationId, { exchanges: events.reduce(withEvent, state.exchanges) })
  })
  const read = async (lastEventId: string | undefined): Promise<string | undefined> => {
    let last = lastEventId
    const stream = await client.asides.events({ id: conversationId, asideId }, { signal: end.signal, lastEventId })
    for await (const event of stream) {
      const parsed = asideEventSchema.safeParse(event)
      last = getEventMeta(event)?.id ?? last
      if (!parsed.success) continue
      if (parsed.data.type === 'closed') end.abort()
      buffer.push(parsed.data)
      frame.ask()
    }
    return last
  }
  void (async () => {
    let last: string | undefined
    while (!end.signal.aborted) {
      try {
        last = await read(last)
      } catch (thrown) {
        if (errorCode(thrown) === 'NOT_FOUND') end.abort()
      }
      if (!end.signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
    frame.close()
    if (followers.get(conversationId) !== end) return
    followers.delete(conversationId)
    // It is gone in the core; what was said stays to be read until the panel is closed.
    change(conversationId, { asideId: null })
  })()
}

/** What is known after an event. */
export function withEvent(exchanges: readonly Exchange[], event: AsideEvent): readonly Exchange[] {
  if (event.type === 'sync') return event.aside.exchanges
  if (event.type === 'closed') return exchanges
  if (event.type === 'delta')
    return exchanges.map((one) => (one.id === event.exchangeId ? { ...one, answer: one.answer + event.text } : one))
  const isKnown = exchanges.some(({ id }) => id === event.exchange.id)
  return isKnown ? exchanges.map((one) => (one.id === event.exchange.id ? event.exchange : one)) : [...exchanges, event.exchange]
}

function change(conversationId: string, part: Partial<AsideState>): void {
  const known = useAsides.getState().open.get(conversationId)
  if (known) put(conversationId, { ...known, ...part })
}

function put(conversationId: string, state: AsideState): void {
  useAsides.setState({ open: new Map(useAsides.getState().open).set(conversationId, state) })
}
