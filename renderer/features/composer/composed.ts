import { attachmentLength, longestAttachments, type Attachment } from '../../../shared/domain/attachment.ts'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import type { Prompt } from '../../../shared/domain/task.ts'
import type { LocalDraft } from '../../state/draft-store.ts'
import { formatBytes } from '../../words/figures.ts'

/** A message's words, pasted texts included. */
const longestText = 1_000_000

export type PastePart = Extract<DraftPart, { type: 'paste' }>

/** The command line of a draft that is one; null for a message. */
export function commandOf({ text }: LocalDraft): string | null {
  const line = text.trimStart()
  return line.startsWith('!') ? line.slice(1).trim() : null
}

/** Whether there is nothing to send. */
export function isEmptyDraft({ text, parts }: LocalDraft): boolean {
  return text.trim() === '' && parts.length === 0
}

/** The message that a draft is: what was pasted comes behind the words, in full. */
export function composed({ text, parts }: LocalDraft): Prompt {
  const pasted = parts.flatMap((part) => (part.type === 'paste' ? [part.text] : []))
  const images = parts.flatMap((part) => (part.type === 'image' ? [{ mediaType: part.mediaType, data: part.data }] : []))
  const attachments = parts.flatMap((part) => attachmentOf(part) ?? [])
  const words = [text.trim() === '' && pasted.length > 0 ? '' : text, ...pasted].filter((one) => one !== '').join('\n\n')
  return { text: words, ...(images.length > 0 ? { images } : {}), ...(attachments.length > 0 ? { attachments } : {}) }
}

/** Why it cannot be sent as it is, and what would help; null when it can. */
export function tooMuch(prompt: Prompt): string | null {
  if (prompt.text.length > longestText)
    return `This message has ${prompt.text.length.toLocaleString('en-US')} characters; the limit is ${longestText.toLocaleString('en-US')}. Shorten it, or save the text to a file and mention its path.`
  const attached = (prompt.attachments ?? []).reduce((sum, one) => sum + attachmentLength(one), 0)
  if (attached > longestAttachments)
    return `The files add up to ${formatBytes(Math.round(attached * 0.75))}; the limit is about 22 MB. Remove some and send them with the next message.`
  return null
}

/** A part as it goes with a message; null for an image or a pasted text. */
export function attachmentOf(part: DraftPart): Attachment | null {
  if (part.type !== 'document' && part.type !== 'shell') return null
  const { id: _, ...attachment } = part
  return attachment
}
