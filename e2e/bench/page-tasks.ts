import type { Browser, Page } from '@playwright/test'
import { z } from 'zod'

const traceSchema = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      ts: z.number().optional(),
      /** Microseconds of the processor that it took. */
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.string().optional().catch(undefined) }).optional(),
    }),
  ),
})

/** Does something on a page and answers the processor time of the longest task that the page's thread had meanwhile: what else runs is not in it. */
export async function tracedTasks<T>(browser: Browser, page: Page, run: () => Promise<T>): Promise<T & { worstCpuMs: number }> {
  const mark = `bench-${Math.random().toString(36).slice(2)}`
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', '__metadata'] })
  let trace: Buffer
  let done: T
  try {
    await page.evaluate((name) => performance.mark(name), mark)
    done = await run()
  } finally {
    trace = await browser.stopTracing()
  }
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString()))
  // A frame of another origin has a process of its own.
  const own = traceEvents.find(({ name }) => name === mark)
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && pid === own?.pid && tid === own.tid,
  )
  return { ...done, worstCpuMs: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1_000)) }
}
