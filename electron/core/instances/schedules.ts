import { z } from 'zod'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import type { ToolUseBlock } from '../../../shared/domain/message.ts'

const mostSchedules = 50
const longestText = 500
/** A time that Claude has set may come this much before its minute. */
const earlyMs = 90_000

const text = z.string().transform((said) => said.slice(0, longestText))
const time = z.number().optional().catch(undefined)
const jobSchema = z.object({
  id: z.string(),
  humanSchedule: text.catch(''),
  recurring: z.boolean().catch(false),
  nextFireAt: time,
  prompt: text.optional().catch(undefined),
})
const listSchema = z.object({ jobs: z.array(jobSchema) })
const wakeupSchema = z.object({ scheduledFor: z.number() })
const createSchema = z.object({ prompt: text.catch('') })
const askSchema = z.object({ reason: text.catch(''), prompt: text.catch('') })
const deleteSchema = z.object({ id: z.string() })

/** The tools that set a time, or take it back. */
export const scheduleTools: ReadonlySet<string> = new Set(['CronCreate', 'CronList', 'CronDelete', 'ScheduleWakeup'])

/** The times that Claude has set in one session, at which it goes on by itself. They are gone with its process. */
export class Schedules {
  #tasks: BackgroundTask[] = []

  /** The oldest first. */
  get tasks(): readonly BackgroundTask[] {
    return this.#tasks
  }

  /** What such a tool answered; true when the times have changed. */
  answered(call: ToolUseBlock, data: unknown, since: string): boolean {
    const before = this.#tasks
    const about = { call, since }
    if (call.name === 'CronCreate') this.#created(jobSchema.safeParse(data).data, about)
    if (call.name === 'ScheduleWakeup') this.#wakeup(wakeupSchema.safeParse(data).data, about)
    if (call.name === 'CronDelete') this.#deleted(deleteSchema.safeParse(data).data ?? deleteSchema.safeParse(call.input).data)
    if (call.name === 'CronList') this.#listed(listSchema.safeParse(data).data, about)
    return this.#tasks !== before
  }

  /** One of them has come: which one, as far as that can be told. A single time is over then. */
  fired(now = Date.now()): BackgroundTask | null {
    const due = this.#tasks.filter(({ schedule }) => schedule?.nextAt !== undefined && Date.parse(schedule.nextAt) <= now + earlyMs)
    const fired = due.toSorted((a, b) => at(a) - at(b))[0] ?? (this.#tasks.length === 1 ? this.#tasks[0] : undefined)
    if (!fired) return null
    this.#tasks = this.#tasks.flatMap((task) => (task === fired ? afterFiring(task) : [task]))
    return fired
  }

  clear(): BackgroundTask[] {
    const tasks = this.#tasks
    this.#tasks = []
    return tasks
  }

  #created(job: z.infer<typeof jobSchema> | undefined, { call, since }: About): void {
    if (!job) return
    const { prompt } = createSchema.parse(call.input)
    this.#add({ ...taskOf(job, since), ...described(prompt), toolUseId: call.toolUseId, schedule: { ...scheduleOf(job), prompt } })
  }

  #wakeup(wakeup: z.infer<typeof wakeupSchema> | undefined, { call, since }: About): void {
    if (!wakeup) return
    const { reason, prompt } = askSchema.parse(call.input)
    const base = { id: call.toolUseId, kind: 'schedule' as const, since, toolUseId: call.toolUseId }
    this.#add({ ...base, ...described(reason || prompt), schedule: { ...nextAt(wakeup.scheduledFor), prompt } })
  }

  #deleted(deleted: { id: string } | undefined): void {
    if (deleted && this.#tasks.some(({ id }) => id === deleted.id)) this.#tasks = this.#tasks.filter(({ id }) => id !== deleted.id)
  }

  /** What is listed counts. A time that `ScheduleWakeup` has set is listed under another id: it is told by its hour. */
  #listed(list: z.infer<typeof listSchema> | undefined, { since }: About): void {
    if (!list) return
    const known = (job: z.infer<typeof jobSchema>) =>
      this.#tasks.find((task) => task.id === job.id || (job.nextFireAt !== undefined && at(task) === job.nextFireAt))
    this.#tasks = list.jobs.slice(0, mostSchedules).map((job) => {
      const task = known(job)
      const schedule = { ...scheduleOf(job), prompt: job.prompt ?? task?.schedule?.prompt ?? '' }
      return task ? { ...task, schedule } : { ...taskOf(job, since), ...described(schedule.prompt), schedule }
    })
  }

  #add(task: BackgroundTask): void {
    this.#tasks = [...this.#tasks.filter(({ id }) => id !== task.id), task].slice(-mostSchedules)
  }
}

type About = { call: ToolUseBlock; since: string }

function taskOf({ id }: z.infer<typeof jobSchema>, since: string) {
  return { id, kind: 'schedule' as const, since }
}

function described(words: string): { description: string } {
  return { description: words.slice(0, 200) }
}

function scheduleOf({ humanSchedule, recurring, nextFireAt }: z.infer<typeof jobSchema>) {
  return { ...(recurring && humanSchedule ? { every: humanSchedule } : {}), ...nextAt(nextFireAt) }
}

function nextAt(ms: number | undefined): { nextAt?: string } {
  return ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > 8e15 ? {} : { nextAt: new Date(ms).toISOString() }
}

function at({ schedule }: BackgroundTask): number {
  return schedule?.nextAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(schedule.nextAt)
}

function afterFiring(task: BackgroundTask): BackgroundTask[] {
  if (task.schedule?.every === undefined) return []
  const { nextAt: _came, ...schedule } = task.schedule
  return [{ ...task, schedule }]
}
