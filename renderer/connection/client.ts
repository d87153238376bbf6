import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract/index.ts'

/** All calls of the contract, whichever way they go. */
export type Client = ContractRouterClient<Contract>

/** `refused`: the token is not the right one any more; trying again would not help. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/** The one way to the core. Calls wait while it is being opened and fail while it is lost. */
export type Connection = {
  client: Client
  state: () => ConnectionState
  /** Calls back with every change until the returned function is called. */
  onState: (listener: (state: ConnectionState) => void) => () => void
  /** Resolves when it is open. */
  opened: () => Promise<void>
}
