import type { InstanceConfig } from '../../../shared/domain/instance.ts'

/** What an instance is made from. */
export type InstanceSeed = {
  id: string
  config: InstanceConfig
  createdAt: string
  conversationId: string | null
  /** It was in use when the app ended: it comes back parked and costs nothing until it is needed. */
  parked: boolean
  turns: number
  lastUsedAt: string | null
}
