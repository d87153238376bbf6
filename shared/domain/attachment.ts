import { z } from 'zod'

/** A name to show; any characters that a file system takes, so it is hostile text. */
const fileName = z.string().min(1, 'Give the file a name.').max(300, 'A name has at most 300 characters.')

/** At most so many characters of a text, or of base64 (about 20 MB of a PDF). */
export const longestDocument = { 'text/plain': 1_000_000, 'application/pdf': 28_000_000 } as const

/** A file that Claude reads with a message, in the form that the Messages API takes it. */
export const documentBlockSchema = z.object({
  type: z.literal('document'),
  name: fileName,
  mediaType: z.enum(['application/pdf', 'text/plain']),
  /** Base64 of a PDF; the text itself of a text. */
  data: z.string().min(1, 'The file is empty.').max(longestDocument['application/pdf']),
})
export type DocumentBlock = z.infer<typeof documentBlockSchema>

/** At most so many characters of each stream of a command's output are kept: the beginning and the end. */
export const longestShellOutput = 30_000

/** A command line that the user ran in the conversation's folder, with what it said. */
export const shellBlockSchema = z.object({
  type: z.literal('shell'),
  command: z.string().min(1).max(10_000),
  stdout: z.string().max(longestShellOutput + 200),
  stderr: z.string().max(longestShellOutput + 200),
  /** Null when it was ended: by the user, for its time, or with Bullpen. */
  exitCode: z.int().nullable(),
  /** Why it was ended, for the user to read; left out when it ended by itself. */
  ended: z.string().max(300).optional(),
})
export type ShellBlock = z.infer<typeof shellBlockSchema>

/** What goes to Claude beside the words and images of a message. */
export const attachmentSchema = z.discriminatedUnion('type', [documentBlockSchema, shellBlockSchema])
export type Attachment = z.infer<typeof attachmentSchema>

export const mostAttachments = 20
/** All of one message together, in characters as they are sent: what a request to Claude may hold. */
export const longestAttachments = 30_000_000

/** The attachments of one message. */
export const attachmentsSchema = z
  .array(attachmentSchema.superRefine(checkDocument))
  .max(mostAttachments, `A message has at most ${mostAttachments} attachments.`)
  .refine((all) => all.reduce((sum, one) => sum + attachmentLength(one), 0) <= longestAttachments, {
    message: 'The files of a message have at most 22 MB together. Send fewer at once.',
  })

/** How much of a message it takes, in characters. */
export function attachmentLength(one: Attachment): number {
  return one.type === 'document' ? one.data.length : one.command.length + one.stdout.length + one.stderr.length
}

/** How many bytes base64 stands for. */
export function bytesOfBase64(data: string): number {
  return Math.floor((data.length * 3) / 4) - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0)
}

/** What it is called on a screen. */
export function attachmentName(one: Attachment): string {
  return one.type === 'document' ? one.name : `! ${one.command}`
}

function checkDocument(one: Attachment, context: z.RefinementCtx): void {
  if (one.type !== 'document') return
  if (one.mediaType === 'text/plain') {
    if (one.data.length > longestDocument['text/plain'])
      context.addIssue({ code: 'custom', message: 'A text file has at most a million characters.', path: ['data'] })
  } else if (!isBase64(one.data)) {
    context.addIssue({ code: 'custom', message: 'The data of a PDF is base64.', path: ['data'] })
  }
}

/** As far as its length and its ends tell: looking at all of a large file would hold up everybody else. */
function isBase64(data: string): boolean {
  return data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data.slice(0, 4_000)) && /^[A-Za-z0-9+/]*={0,2}$/.test(data.slice(-4_000))
}
