import type { WorkerAnswer, WorkerRequest } from './patient-worker.ts'

export type FormulaSource = { source: string; /** On a line of its own. */ display: boolean }
export type FormulaRequest = WorkerRequest<FormulaSource>
/** The formula as KaTeX writes it, in markup; null when it is no TeX, or too much of it. */
export type FormulaAnswer = WorkerAnswer<string>
