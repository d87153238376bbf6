import type { BoundedTree } from './bound-tree.ts'

export type ParseRequest = { id: number; text: string; references: string; maxNodes: number }
/** `ready`: it can begin. `tree` is null when the text could not be read as markdown; it is then shown as it is. */
export type ParseAnswer = { kind: 'ready' } | { kind: 'tree'; id: number; tree: BoundedTree | null }
