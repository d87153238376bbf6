import type { WorkerAnswer, WorkerRequest } from '../patient-worker.ts'
import type { BoundedTree } from './bound-tree.ts'

/** A text to be read: its references are definitions that stand elsewhere. */
export type Source = { text: string; references: string; maxNodes: number }
export type ParseRequest = WorkerRequest<Source>
/** Null when the text could not be read as markdown; it is then shown as it is. */
export type ParseAnswer = WorkerAnswer<BoundedTree>
