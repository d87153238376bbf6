import { breathe } from '../storage/breathe.ts'
import { trusted } from '../threads/protocol.ts'
import type { ConversationSource, Sources } from './roll-up.ts'
import type { SessionSource } from './vault-turns.ts'

/** `Sources` as bytes: handing a hundred thousand objects to a thread at once would keep the app waiting for a fifth of a second. */
export type PackedSources = { conversations: Uint8Array[]; sessions: Uint8Array[] | null }

const sliceSize = 1_000

/** In slices, so that others have their turn. */
export async function packSources({
  conversations,
  sessions,
}: {
  conversations: Iterable<ConversationSource>
  sessions: Iterable<SessionSource> | null
}): Promise<PackedSources> {
  return { conversations: await pack(conversations), sessions: sessions && (await pack(sessions)) }
}

export function unpackSources({ conversations, sessions }: PackedSources): Sources {
  return { conversations: unpack<ConversationSource>(conversations), sessions: sessions && unpack<SessionSource>(sessions) }
}

async function pack(all: Iterable<unknown>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  let slice: unknown[] = []
  for (const one of all) {
    slice.push(one)
    if (slice.length < sliceSize) continue
    parts.push(Buffer.from(JSON.stringify(slice)))
    slice = []
    await breathe()
  }
  return [...parts, Buffer.from(JSON.stringify(slice))]
}

function unpack<T>(parts: readonly Uint8Array[]): T[] {
  const schema = trusted<T[]>()
  return parts.flatMap((part) => schema.parse(JSON.parse(Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('utf8'))))
}
