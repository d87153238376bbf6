import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { checkedInput } from '../core/api/call-input.ts'
import { router } from '../core/api/router.ts'
import { Core, type CoreOptions } from '../core/core.ts'
import { survive } from '../core/survive.ts'
import type { House } from './house.ts'
import { PacedPort } from './paced-port.ts'

/** Opens a core in this process. Throws what it throws, as DATA_FOLDER_IN_USE where another Bullpen has the data folder. */
export async function openOwnHouse(options: CoreOptions): Promise<House> {
  const core = await Core.open(options)
  const stopSurviving = survive(core)
  const handler = new RPCHandler(router, { clientInterceptors: [(call) => call.next({ ...call, input: checkedInput(call) })] })
  return {
    client: createRouterClient(router, { context: { core } }),
    log: core.log,
    attach: (port) => {
      const paced = new PacedPort(port)
      handler.upgrade(paced, { context: { core, drained: () => paced.drained() } })
      port.start()
    },
    gone: new Promise(() => {}),
    close: async () => {
      await core.close()
      stopSurviving()
    },
  }
}
