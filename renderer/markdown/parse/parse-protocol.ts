import type { BoundedTree } from './bound-tree.ts'

export type ParseRequest = { id: number; text: string; references: string; maxNodes: number }
/** `tree` is null when the text could not be read as markdown; it is then shown as it is. */
export type ParseAnswer = { id: number; tree: BoundedTree | null }
