import { ReplacedRanges } from '../conversations/replaced-ranges.ts'
import type { Document } from './documents.ts'
import { EntryReader } from './entry-reader.ts'
import { sourceLines } from './source-lines.ts'
import type { Source } from './source.ts'

type Range = { from: number; to: number }

/** The messages of a conversation that had left the thread and are in it again, in groups that are small enough to breathe between them. */
export async function* reinstatedDocuments(source: Source, upTo: number): AsyncGenerator<Document[], void, void> {
  const replaced = new ReplacedRanges()
  const back: Range[] = []
  for await (const findings of findingsOf(source, upTo)) {
    for (const finding of findings) {
      if (finding.kind === 'supersede') replaced.add({ fromSeq: finding.from, toSeq: finding.to })
      if (finding.kind === 'reinstate' && replaced.remove({ fromSeq: finding.from, toSeq: finding.to })) back.push(finding)
    }
  }
  for await (const findings of findingsOf(source, upTo)) {
    yield findings.flatMap((finding) => {
      if (finding.kind !== 'message') return []
      const { seq } = finding.document
      return back.some(({ from, to }) => seq >= from && seq <= to) && !replaced.has(seq) ? [finding.document] : []
    })
  }
}

async function* findingsOf(source: Source, upTo: number): AsyncGenerator<ReturnType<EntryReader['read']>, void, void> {
  const reader = new EntryReader(source)
  for await (const lines of sourceLines(source.path, source.compressed, 0)) {
    yield lines.flatMap(({ text, end }) => (text === null || end > upTo ? [] : reader.read(text, end)))
  }
}
