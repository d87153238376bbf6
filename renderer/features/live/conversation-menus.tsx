import { useEffect } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { changeLive, cycleMode } from '../../commands/live-actions.ts'
import { loadModels, useModelsOf } from '../../state/models-store.ts'
import { LiveMenus } from './live-menus.tsx'
import { useModeKey } from './use-mode-key.ts'

/** What a conversation works with, changed in its running process. */
export function ConversationMenus({ conversation, instance }: { conversation: Conversation; instance: Instance }) {
  const models = useModelsOf(instance.id)
  const isCurrent = instance.conversationId === conversation.id
  const hasProcess = instance.process !== null
  useEffect(() => {
    // As far as it is known without a process.
    loadModels(instance.id, { start: false }).catch(() => undefined)
  }, [instance.id, hasProcess])
  useModeKey(() => cycleMode(conversation.id))
  const inForce = isCurrent ? (instance.process ?? {}) : {}
  const { effort, fastMode } = conversation
  const chosen = {
    model: conversation.model ?? (isCurrent ? instance.model : undefined),
    permissionMode: conversation.permissionMode ?? (isCurrent ? instance.permissionMode : undefined),
    effort,
    fastMode,
  }
  return (
    <LiveMenus
      models={models}
      chosen={chosen}
      inForce={inForce}
      choose={(patch) => changeLive(conversation.id, patch)}
      onOpen={() => void loadModels(instance.id, { start: models.length === 0 && !hasProcess }).catch(() => undefined)}
    />
  )
}
