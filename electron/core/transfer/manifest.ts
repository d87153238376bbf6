import { manifestSchema } from './bundle.ts'
import type { Piece } from './import-sources.ts'
import { importLimits } from './limits.ts'

/** What a bundle's manifest says of its conversations, by id. */
export type KnownFiles = Map<string, { archived: boolean; sha256: string }>

/** Reads a bundle's manifest; one that cannot be read costs only what it alone says. */
export async function readManifest(piece: Piece): Promise<KnownFiles> {
  if (piece.bytes > importLimits.foreignLineBytes) return new Map()
  const parts: Buffer[] = []
  for await (const chunk of piece.open()) parts.push(chunk)
  try {
    const { conversations } = manifestSchema.parse(JSON.parse(Buffer.concat(parts).toString('utf8')))
    return new Map(conversations.map(({ id, state, sha256 }) => [id, { archived: state === 'archived', sha256 }]))
  } catch {
    return new Map()
  }
}
