import type { PermissionMode } from '../../shared/domain/instance.ts'
import type { LivePatch } from '../../shared/domain/live.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { effortWords, listedModelWords } from '../words/live-words.ts'
import { permissionChoices } from '../words/permission-modes.ts'
import { useModels } from '../state/models-store.ts'
import { usePool } from '../state/pool-store.ts'
import { ui } from '../state/ui-store.ts'
import { toast } from '../state/toasts.ts'
import type { Command } from './commands.ts'

/** Changes what a conversation works with, from its next request on; what is refused is told. */
export function changeLive(conversationId: string, patch: LivePatch): void {
  void change(conversationId, patch)
}

/** Whether it was taken. */
async function change(conversationId: string, patch: LivePatch): Promise<boolean> {
  try {
    await client.conversations.live({ id: conversationId, ...patch })
    return true
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
    return false
  }
}

/** The modes that one key goes through, as in Claude Code. */
const cycle: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan']
/**
 * What the key has asked for and the page has not heard of yet: it may be pressed again meanwhile, and the page may then show one of those that it
 * has `passed`.
 */
const asked = new Map<string, { passed: readonly PermissionMode[]; to: PermissionMode; open: number }>()

/** The next permission mode of a conversation, as Shift+Tab chooses it. */
export function cycleMode(conversationId: string): void {
  const shown = shownMode(conversationId)
  const earlier = asked.get(conversationId)
  const isOwed = earlier !== undefined && (earlier.open > 0 || (earlier.to !== shown && earlier.passed.includes(shown)))
  const to = nextMode(isOwed ? earlier.to : shown)
  const step = {
    passed: isOwed ? [...earlier.passed, earlier.to].slice(-cycle.length) : [shown],
    to,
    open: (isOwed ? earlier.open : 0) + 1,
  }
  asked.set(conversationId, step)
  void change(conversationId, { permissionMode: to }).then((taken) => {
    const newest = asked.get(conversationId)
    if (newest) newest.open -= 1
    // What was refused never comes to be shown.
    if (!taken && newest === step) asked.delete(conversationId)
  })
}

function shownMode(conversationId: string): PermissionMode {
  const { instances, conversations } = usePool.getState()
  const conversation = conversations.get(conversationId)
  const instance = conversation?.instanceId ? instances.get(conversation.instanceId) : undefined
  const inForce = instance?.conversationId === conversationId ? (instance.process?.permissionMode ?? instance.permissionMode) : undefined
  return inForce ?? conversation?.permissionMode ?? 'default'
}

/** The one behind a mode, round and round; behind one that the key does not reach, the first. */
export function nextMode(mode: PermissionMode): PermissionMode {
  return cycle[(cycle.indexOf(mode) + 1) % cycle.length] ?? 'default'
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
      value === ''
        ? []
        : [modeCommand(conversationId, value, choose(`mode-${value}`, `Permission mode: ${short}`, { permissionMode: value }))],
    ),
  ]
}

/** The mode that never asks is asked about first. */
function modeCommand(id: string, mode: PermissionMode, command: Command): Command {
  return mode === 'bypassPermissions' ? { ...command, run: () => ui.openDialog({ name: 'allow-everything', id }) } : command
}
