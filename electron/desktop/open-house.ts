import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError, toAppError } from '../../shared/app-error.ts'
import type { CoreOptions } from '../core/core.ts'
import { readWebFile } from '../core/storage/web-file.ts'
import type { House } from './house.ts'
import { joinHouse } from './joined-house.ts'
import { openOwnHouse } from './own-house.ts'

/** One that is being started or ended is waited for so long. */
const patienceMs = 10_000
const pauseMs = 200
const holderSchema = z.object({ url: z.url().nullable() })

/**
 * What the windows are to show: a core of this process, or the Bullpen that has the data folder already where that can be joined. Throws what
 * keeps the core from opening, DATA_FOLDER_IN_USE for one that cannot be joined.
 */
export async function openHouse(options: CoreOptions): Promise<House> {
  const began = performance.now()
  for (;;) {
    const house = await openOwnHouse(options).catch((thrown: unknown) => inUse(thrown))
    if (!(house instanceof AppError)) return house
    const joined = await join(house, options)
    if (joined) return joined
    if (performance.now() - began > patienceMs) throw house
    await sleep(pauseMs)
  }
}

/** The same again after the one that was joined has gone: it may only be starting anew, so that is waited for before a core is opened here. */
export async function reopenHouse(options: CoreOptions, restartMs = 3_000): Promise<House> {
  await sleep(restartMs)
  return openHouse(options)
}

function inUse(thrown: unknown): AppError {
  const error = toAppError(thrown)
  if (error.code !== 'DATA_FOLDER_IN_USE') throw thrown
  return error
}

/** Null where it is not to be reached, or not yet. */
async function join({ data }: AppError, { home, env }: CoreOptions): Promise<House | null> {
  const url = holderSchema.safeParse(data).data?.url ?? null
  const { found } = await readWebFile(home)
  if (url === null || found === null) return null
  return joinHouse({ url, token: found.token, home, env }).catch(() => null)
}
