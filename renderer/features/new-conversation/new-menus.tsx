import { useEffect } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { nextMode } from '../../commands/live-actions.ts'
import { loadModels, useModelsOf } from '../../state/models-store.ts'
import { chooseLive, useLiveFor } from '../../state/new-conversation.ts'
import { LiveMenus } from '../live/live-menus.tsx'
import { useModeKey } from '../live/use-mode-key.ts'

/** What the next conversation of an instance is to work with, from its first message on. */
export function NewMenus({ instance }: { instance: Instance }) {
  const { id } = instance
  const models = useModelsOf(id)
  const chosen = useLiveFor(id)
  const permissionMode = chosen.permissionMode ?? instance.permissionMode
  useEffect(() => {
    loadModels(id, { start: false }).catch(() => undefined)
  }, [id])
  useModeKey(() => chooseLive(id, { permissionMode: nextMode(permissionMode ?? 'default') }))
  return (
    <LiveMenus
      models={models}
      chosen={{
        model: chosen.model ?? instance.model,
        effort: chosen.effort ?? undefined,
        fastMode: chosen.fastMode ?? undefined,
        permissionMode,
      }}
      inForce={{}}
      choose={(patch) => chooseLive(id, patch)}
      onOpen={() => void loadModels(id, { start: models.length === 0 }).catch(() => undefined)}
    />
  )
}
