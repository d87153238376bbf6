import type { ContractRouterClient } from '@orpc/contract'
import type { MessagePortMain } from 'electron'
import type { Contract } from '../../shared/contract/index.ts'
import type { Log } from '../core/log.ts'

/** All calls of the contract. */
export type Client = ContractRouterClient<Contract>

/** What the windows show: a core of this process, or a Bullpen that runs already. */
export type House = {
  readonly client: Client
  readonly log: Log
  /** Gives the contract to a page, over the port of which the page has the other end. */
  attach: (port: MessagePortMain) => void
  /** Resolves when it has gone although nobody here has closed it. */
  readonly gone: Promise<void>
  /** Ends what belongs to this process. */
  close: () => Promise<void>
}
