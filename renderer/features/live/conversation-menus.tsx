import { useEffect } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { changeLive, cycleMode } from '../../commands/live-actions.ts'
import { loadModels, useModelsOf } from '../../state/models-store.ts'
import { LiveMenus } from './live-menus.tsx'

/** What a conversation works with, changed in its running process. */
export function ConversationMenus({ conversation, instance }: { conversation: Conversation; instance: Instance }) {
  const models = useModelsOf(instance.id)
  const isCurrent = instance.conversationId === conversation.id
  const hasProcess = instance.process !== null
  useEffect(() => {
    // As far as it is known without a process.
    loadModels(instance.id, { start: false }).catch(() => undefined)
  }, [instance.id, hasProcess])
  useModeKey(conversation.id)
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

/** Shift+Tab in the field where a message is written goes to the next permission mode, as in Claude Code. */
function useModeKey(conversationId: string): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isKey = event.key === 'Tab' && event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
      if (!isKey || event.defaultPrevented || !(event.target instanceof Element) || !event.target.matches('.composer textarea')) return
      event.preventDefault()
      cycleMode(conversationId)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [conversationId])
}
