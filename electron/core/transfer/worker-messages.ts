import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { ExportFormat, ImportItem } from '../../../shared/domain/transfer.ts'
import type { BundleItem } from './bundle.ts'
import type { ImportOrder, ImportProgress } from './import-run.ts'
import type { StagedFile } from './stage.ts'

export type ExportOrder = {
  items: readonly BundleItem[]
  format: ExportFormat
  target: string
  /** Whatever is there by then may be replaced. */ replace: boolean
}

/** What a worker is started with. */
export type WorkerOrder = ({ kind: 'import' } & ImportOrder) | ({ kind: 'export' } & ExportOrder)

/** `grows`: a conversation that is here and of which this says more. */
export type StagedAbout = { from: string; archived: boolean; reason: string; grows?: string }

/** What a worker says while it works. */
export type WorkerSays =
  | { type: 'staged'; file: StagedFile; about: StagedAbout }
  | { type: 'item'; item: ImportItem }
  | { type: 'import-progress'; progress: ImportProgress }
  | { type: 'export-progress'; done: number; bytes: number }
  | { type: 'done' }
  | { type: 'failed'; error: ErrorInfo }
