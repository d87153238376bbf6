import type { PoolStatus } from '../../shared/domain/pool.ts'
import { plural } from './figures.ts'

const mbOfGb = 1_000

/** `2 spares warm`, or how many processes run where no spares are kept. */
export function spareWords({ sparesReady, policy }: Pick<PoolStatus, 'sparesReady' | 'policy'>, processes: number): string {
  return policy.spares > 0 || sparesReady > 0 ? `${plural(sparesReady, 'spare')} warm` : plural(processes, 'process', 'processes')
}

/** `0.9 of 4 GB`, without a limit `0.9 GB`; null while nothing was measured. */
export function memoryWords({ memoryMb, memoryLimitMb }: Pick<PoolStatus, 'memoryMb' | 'memoryLimitMb'>): string | null {
  if (memoryMb === null) return null
  const limit = memoryLimitMb === null ? '' : `of ${inGb(memoryLimitMb)} `
  return memoryMb < mbOfGb && memoryLimitMb === null ? `${Math.round(memoryMb)} MB` : `${inGb(memoryMb)} ${limit}GB`
}

function inGb(mb: number): string {
  return (mb / mbOfGb).toFixed(1).replace(/\.0$/, '')
}
