import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { PauseSeed } from './pauses.ts'
import type { TenureSeed } from './tenure.ts'

/** What an instance is made from. */
export type InstanceSeed = {
  id: string
  config: InstanceConfig
  createdAt: string
  conversationId: string | null
  /** How it was paused when the app ended. One that was in use comes back parked and costs nothing until it is needed. */
  paused: PauseSeed
  turns: number
  lastUsedAt: string | null
  tenure: TenureSeed
}
