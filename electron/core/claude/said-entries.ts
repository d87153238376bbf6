/** A question and its answer that stand in no transcript yet. */
export type Said = { question: string; answer: string; model: string | null }

/** An entry of Claude Code's transcript, as far as it matters here. */
export type Entry = Record<string, unknown>

const kept = ['cwd', 'version', 'gitBranch', 'userType', 'entrypoint'] as const

/** The entries with which a session has heard these questions and given these answers, behind its last entry. They cost nothing. */
export function saidEntries(said: readonly Said[], last: Entry, sessionId: string): Entry[] {
  const entries: Entry[] = []
  const place = Object.fromEntries(kept.flatMap((name) => (last[name] === undefined ? [] : [[name, last[name]]])))
  let parentUuid = last['uuid'] ?? null
  const put = (entry: Entry): void => {
    const uuid = crypto.randomUUID()
    entries.push({ parentUuid, isSidechain: false, ...place, sessionId, ...entry, uuid, timestamp: new Date().toISOString() })
    parentUuid = uuid
  }
  for (const { question, answer, model } of said) {
    put({ type: 'user', message: { role: 'user', content: question } })
    put({ type: 'assistant', message: messageOf(answer, model) })
  }
  return entries
}

function messageOf(text: string, model: string | null): Entry {
  return {
    id: `msg_aside${crypto.randomUUID().replaceAll('-', '').slice(0, 19)}`,
    type: 'message',
    role: 'assistant',
    model: model ?? 'unknown',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
  }
}
