import type { Instance } from '../../shared/domain/instance.ts'

/** A field is no place for a longer message: it would hold the page with every key. */
export const longestEdited = 200_000
export const tooLongToEdit = 'Too long to edit here. Copy what you need into a new message.'

type ProcessInfo = NonNullable<Instance['process']>

/** What the composer says before anything is written: who will read it, and when. */
export function composerPlaceholder(
  instance: (Pick<Instance, 'name' | 'state' | 'pause' | 'conversationId'> & { process?: Pick<ProcessInfo, 'suspended'> | null }) | null,
  conversationId: string,
  archived: boolean,
): string {
  if (archived) return 'Archived. Restore it to continue.'
  if (!instance) return 'Write a message — Bullpen picks an instance when you send it'
  const { name, state, pause } = instance
  if (state === 'failed') return `${name} failed to start. Restart it to continue.`
  if (state === 'paused' && pause === 'hold') return `Message ${name} — on hold, sends when you resume`
  if (state === 'paused' && pause === 'freeze') return `Message ${name} — frozen, sends when you resume`
  if (instance.process?.suspended) return `Message ${name} — suspended by the system, sends when you resume`
  if (state === 'paused') return `Message ${name} — this wakes it up`
  if (state === 'stopped') return `Message ${name} — this starts it`
  if (state === 'starting') return `Message ${name} — sends once it has started`
  if (state === 'busy') {
    return instance.conversationId === conversationId
      ? `Message ${name} — queued until the current turn finishes`
      : `Message ${name} — busy in another conversation, sends next`
  }
  return `Message ${name}`
}

/** A model as people call it: `Opus`, `Sonnet 4.5`; the name itself where it is another. */
export function modelWords(model: string | null | undefined): string | null {
  if (!model) return null
  const match = /^(?:claude-)?(opus|sonnet|haiku|fable|mythos)(?:-(\d+)(?:-(\d{1,2}))?)?(?:-\d{6,8})?(?:\[\w+\])?$/i.exec(model)
  if (!match?.[1]) return model
  const version = match[2] ? ` ${match[2]}${match[3] ? `.${match[3]}` : ''}` : ''
  return `${match[1][0]?.toUpperCase() ?? ''}${match[1].slice(1).toLowerCase()}${version}`
}
