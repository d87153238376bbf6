import type { MessageTask } from './message-task.ts'
import type { MessageDraft } from './turn-recorder.ts'

type Prompt = Pick<MessageTask, 'images' | 'attachments' | 'text' | 'turnId'>

/** A prompt as the user's message of its turn; `uuid`: its entry in Claude Code's transcript. */
export function promptDraft({ images, attachments, text, turnId }: Prompt, uuid: string): MessageDraft {
  const pictures = images.map((image) => ({ type: 'image' as const, ...image }))
  const blocks = [...pictures, ...attachments, ...(text === '' ? [] : [{ type: 'text' as const, text }])]
  return { role: 'user', blocks, turnId, claudeUuid: uuid }
}
