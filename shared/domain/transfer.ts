import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { idSchema, timeSchema } from './common.ts'

/**
 * How conversations leave. `jsonl`: our own files as they are; `bundle`: a zip of them with a manifest, the schema and
 * the records of their turns; both can be imported again without loss. The others are for readers.
 */
export const exportFormatSchema = z.enum(['json', 'markdown', 'jsonl', 'html', 'bundle'])
export type ExportFormat = z.infer<typeof exportFormatSchema>

/** What became of one conversation of an import. `duplicate`: it is here already; `refused`: it cannot or must not be taken. */
export const importOutcomeSchema = z.enum(['taken', 'duplicate', 'refused'])
export type ImportOutcome = z.infer<typeof importOutcomeSchema>

export const importItemSchema = z.object({
  /** The file, and the place in it, that it came from. */
  from: z.string(),
  title: z.string().nullable(),
  outcome: importOutcomeSchema,
  /** Why it was not taken, or what is to be known about it; empty when there is nothing to say. */
  reason: z.string(),
  /** The conversation it became, or the one that is here already. */
  conversationId: idSchema.nullable(),
})
export type ImportItem = z.infer<typeof importItemSchema>

/** What an import took, what it left and why. At most 500 items; `hidden` says how many more there were. */
export const importReportSchema = z.object({
  taken: z.number(),
  duplicates: z.number(),
  refused: z.number(),
  messages: z.number(),
  items: z.array(importItemSchema),
  hidden: z.number(),
})
export type ImportReport = z.infer<typeof importReportSchema>

/** An export or an import, while it runs and for a while after. */
export const transferSchema = z.object({
  id: idSchema,
  kind: z.enum(['export', 'import']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What it is about: the file or folder, or how many conversations. */
  about: z.string(),
  /** Conversations so far. */
  done: z.number(),
  /** Null until it is known. */
  total: z.number().nullable(),
  /** Bytes read (import) or written (export) so far. */
  bytes: z.number(),
  totalBytes: z.number().nullable(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
  error: errorInfoSchema.nullable(),
  /** What an export made: to be fetched for a while, or where it was saved. */
  file: z.object({ name: z.string(), bytes: z.number(), mediaType: z.string(), savedTo: z.string().nullable() }).nullable(),
  report: importReportSchema.nullable(),
})
export type Transfer = z.infer<typeof transferSchema>

/** A conversation as a plain prompt for another model or instance. */
export const contextPromptSchema = z.object({
  text: z.string(),
  /** An estimate: no tokenizer is asked. */
  tokens: z.number(),
  messages: z.number(),
  /** The oldest messages that were left out to keep within `maxTokens`. */
  omitted: z.number(),
})
export type ContextPrompt = z.infer<typeof contextPromptSchema>

/** How much of what tools did goes into a prompt. */
/**
 * Whether Claude knows what was said in a conversation when it goes on: `known`, from its session, which is there or can be put back;
 * `lost`, its session is not on this machine; `none`, nothing was said yet.
 */
export const contextStateSchema = z.enum(['known', 'lost', 'none'])
export type ContextState = z.infer<typeof contextStateSchema>

export const promptToolsSchema = z.enum(['none', 'short', 'full'])
export type PromptTools = z.infer<typeof promptToolsSchema>
