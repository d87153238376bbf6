import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { House } from './house.ts'

export type HouseListener = {
  onSettings: (settings: Settings) => void
  onEvent: (event: PoolEvent, house: House) => void | Promise<void>
}

/** Tells of the settings, then of everything that happens, until the signal or until the house has gone. */
export async function followHouse(house: House, { onSettings, onEvent }: HouseListener, signal: AbortSignal): Promise<void> {
  onSettings(await house.client.settings.get(undefined, { signal }))
  for await (const event of await house.client.system.events(undefined, { signal })) {
    if (event.type === 'settings') onSettings(event.settings)
    await onEvent(event, house)
  }
}
