import type { PermissionMode } from '../../shared/domain/instance.ts'
import type { LivePatch } from '../../shared/domain/live.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { effortWords, listedModelWords } from '../words/live-words.ts'
import { permissionChoices } from '../words/permission-modes.ts'
import { useModels } from '../state/models-store.ts'
import { usePool } from '../state/pool-store.ts'
import { toast } from '../state/toasts.ts'
import type { Command } from './commands.ts'

/** Changes what a conversation works with, from its next request on; what is refused is told. */
export function changeLive(conversationId: string, patch: LivePatch): void {
  void change(conversationId, patch)
}

async function change(conversationId: string, patch: LivePatch): Promise<void> {
  await client.conversations.live({ id: conversationId, ...patch }).catch((thrown: unknown) => toast(errorWords(thrown), 'error'))
}

/** The modes that one key goes through, as in Claude Code. */
const cycle: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan']
/** What was asked for and is not answered: the key may be pressed again meanwhile. */
const asked = new Map<string, PermissionMode>()

/** The next permission mode of a conversation, as Shift+Tab chooses it. */
export function cycleMode(conversationId: string): void {
  const { instances, conversations } = usePool.getState()
  const conversation = conversations.get(conversationId)
  const instance = conversation?.instanceId ? instances.get(conversation.instanceId) : undefined
  const inForce = instance?.conversationId === conversationId ? (instance.process?.permissionMode ?? instance.permissionMode) : undefined
  const now = asked.get(conversationId) ?? inForce ?? conversation?.permissionMode ?? 'default'
  const next = cycle[(cycle.indexOf(now) + 1) % cycle.length] ?? 'default'
  asked.set(conversationId, next)
  void change(conversationId, { permissionMode: next }).then(() => {
    if (asked.get(conversationId) === next) asked.delete(conversationId)
  })
}

/** The same choices as commands, for those who type. */
export function liveCommands(conversationId: string): Command[] {
  const instanceId = usePool.getState().conversations.get(conversationId)?.instanceId ?? null
  const models = instanceId === null ? [] : (useModels.getState().byInstance.get(instanceId) ?? [])
  const group = 'This conversation'
  const choose = (id: string, title: string, patch: LivePatch): Command => ({
    id: `live-${id}`,
    title,
    group,
    run: () => changeLive(conversationId, patch),
  })
  const efforts = [...new Set(models.flatMap((model) => model.efforts))]
  return [
    ...models.map((model) => choose(`model-${model.value}`, `Model: ${listedModelWords(model)}`, { model: model.value })),
    ...efforts.map((effort) => choose(`effort-${effort}`, `Effort: ${effortWords(effort)}`, { effort })),
    ...(efforts.length > 0 ? [choose('effort-default', 'Effort: Default', { effort: null })] : []),
    ...(models.some(({ fastMode }) => fastMode)
      ? [choose('fast-on', 'Fast mode: On', { fastMode: true }), choose('fast-off', 'Fast mode: Off', { fastMode: null })]
      : []),
    ...permissionChoices.flatMap(({ value, short }) =>
      value === '' ? [] : [choose(`mode-${value}`, `Permission mode: ${short}`, { permissionMode: value })],
    ),
  ]
}
