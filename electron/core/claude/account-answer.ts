import { z } from 'zod'
import type { LimitWindow } from '../../../shared/domain/account.ts'
import { limitName } from './limits.ts'

const windowSchema = z.object({ utilization: z.number().nullable(), resets_at: z.iso.datetime({ offset: true }).nullable().catch(null) })
const usageSchema = z.object({
  rate_limits: z
    .object({
      model_scoped: z
        .array(windowSchema.extend({ display_name: z.string() }))
        .optional()
        .catch(undefined),
    })
    .catchall(z.unknown())
    .nullable()
    .catch(null),
})

/** From so much on a limit is called near, as Claude Code does. */
const nearPercent = 80

/** The limits in the answer to the SDK's usage call, whose form may change; empty where there are none. */
export function usageWindows(answer: unknown): LimitWindow[] {
  const limits = usageSchema.safeParse(answer).data?.rate_limits
  if (!limits) return []
  const { model_scoped: ofModels = [], ...others } = limits
  const plain = Object.entries(others).flatMap(([id, value]) => {
    const window = windowSchema.safeParse(value).data
    return window === undefined || id === 'extra_usage' ? [] : [windowOf(id, limitName(id), window)]
  })
  return [
    ...plain,
    ...ofModels.slice(0, 20).map((window) => windowOf(`model:${window.display_name}`, `weekly ${window.display_name} limit`, window)),
  ]
}

function windowOf(id: string, name: string, { utilization, resets_at: resetsAt }: z.infer<typeof windowSchema>): LimitWindow {
  const used = utilization ?? 0
  const state = used >= 100 ? 'reached' : used >= nearPercent ? 'near' : 'ok'
  return { id, name, usedPercent: utilization, resetsAt: resetsAt === null ? null : new Date(resetsAt).toISOString(), state }
}
