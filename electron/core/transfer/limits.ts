import { maxLineBytes } from '../storage/line-splitter.ts'

const mb = 1024 * 1024

/** What a file that somebody else made may cost at most. Reaching one of these is said in the report. */
export const importLimits = {
  /** A line of our JSONL, as long as the app itself reads: a message of twenty pictures is one. */
  ownLineBytes: maxLineBytes,
  /** A line of a file of which it is not known yet whose it is: while it is read it takes some times its own size. */
  unknownLineBytes: 64 * mb,
  /** A line of a transcript, or one conversation of a claude.ai export. */
  foreignLineBytes: 64 * mb,
  /** Brackets within brackets. Claude's own stay below 30. */
  jsonDepth: 200,
  /** One transcript: it is held in memory while it is read. */
  transcriptBytes: 512 * mb,
  transcriptLines: 2_000_000,
  /** Of an output that lies beside its transcript, and of all of one session together; the rest is said. */
  outputBytes: 512 * 1024,
  outputsBytes: 64 * mb,
  /** Messages of one conversation of a claude.ai export. */
  claudeAiMessages: 100_000,
  /** Files that a folder or a zip is looked through for. */
  files: 200_000,
  folderDepth: 12,
  /** Unpacked bytes of a whole zip or gzip, and how many times its own size that may be. */
  unpackedBytes: 64 * 1024 * mb,
  unpackedRatio: 400,
  /** Below this nothing is a bomb, whatever its ratio. */
  ratioFreeBytes: 64 * mb,
  /** An upload through the web shell, and one through the contract, which is held in memory. */
  uploadBytes: 16 * 1024 * mb,
  fileBytes: 128 * mb,
  /** A file from which nothing comes for so long is on a drive that does not answer. */
  stallMs: 30_000,
  /** Items that a report lists; the rest is counted. */
  reportItems: 500,
} as const

/** Exports and imports that run at once; others wait their turn, and there is an end to that too. */
export const transferLimits = { running: 2, waiting: 100, kept: 50, keptMs: 30 * 60_000 } as const
