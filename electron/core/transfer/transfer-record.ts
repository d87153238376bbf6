import type { AppError } from '../../../shared/app-error.ts'
import type { ImportItem, ImportReport, Transfer } from '../../../shared/domain/transfer.ts'
import { newId } from '../storage/id.ts'
import { importLimits } from './limits.ts'

/** One export or import, as it goes. */
export class TransferRecord {
  readonly id = newId('xfer')
  /** Aborts when the user stops it. */
  readonly abort = new AbortController()
  readonly #ended = Promise.withResolvers<Transfer>()
  #transfer: Transfer

  constructor(kind: Transfer['kind'], about: string) {
    this.#transfer = {
      id: this.id,
      kind,
      state: 'running',
      about,
      done: 0,
      total: null,
      bytes: 0,
      totalBytes: null,
      startedAt: new Date().toISOString(),
      endedAt: null,
      error: null,
      file: null,
      report: kind === 'import' ? { taken: 0, duplicates: 0, refused: 0, messages: 0, items: [], hidden: 0 } : null,
    }
  }

  get value(): Transfer {
    return this.#transfer
  }

  get running(): boolean {
    return this.#transfer.state === 'running'
  }

  /** Settles with how it ended; never rejects. */
  get ended(): Promise<Transfer> {
    return this.#ended.promise
  }

  set(change: Partial<Transfer>): void {
    if (this.running) this.#transfer = { ...this.#transfer, ...change }
  }

  item(item: ImportItem, messages = 0): void {
    const { report } = this.#transfer
    if (report) this.set({ report: withItem(report, item, messages) })
  }

  end(state: 'done' | 'cancelled'): void {
    this.#finish({ state })
  }

  fail(error: AppError): void {
    this.#finish({ state: 'failed', error: error.toInfo() })
  }

  #finish(change: Partial<Transfer>): void {
    if (!this.running) return
    const { done, total } = this.#transfer
    this.set({ ...change, endedAt: new Date().toISOString(), ...(change.state === 'done' ? { total: total ?? done } : {}) })
    this.#ended.resolve(this.#transfer)
  }
}

/** What was not taken is listed before what was: it is what a reader wants to know. */
function withItem(report: ImportReport, item: ImportItem, messages: number): ImportReport {
  const items = [...report.items]
  let { hidden } = report
  if (items.length < importLimits.reportItems) items.push(item)
  else {
    hidden += 1
    const quiet = item.outcome === 'taken' ? -1 : items.findLastIndex(({ outcome, reason }) => outcome === 'taken' && reason === '')
    if (quiet >= 0) items.splice(quiet, 1, item)
  }
  return {
    taken: report.taken + (item.outcome === 'taken' ? 1 : 0),
    duplicates: report.duplicates + (item.outcome === 'duplicate' ? 1 : 0),
    refused: report.refused + (item.outcome === 'refused' ? 1 : 0),
    messages: report.messages + messages,
    items,
    hidden,
  }
}
