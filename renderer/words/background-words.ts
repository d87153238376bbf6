import type { BackgroundKind, BackgroundTask } from '../../shared/domain/background.ts'
import { boundMarks } from './bound-marks.ts'
import { clipText } from './clip-text.ts'
import { formatClock, formatCount, plural } from './figures.ts'
import { formatMoment } from './moment.ts'

export const backgroundKinds: Readonly<Record<BackgroundKind, string>> = {
  command: 'Command',
  agent: 'Agent',
  monitor: 'Monitor',
  workflow: 'Workflow',
  schedule: 'Schedule',
  task: 'Task',
}

/** What a task is called, in one line. */
export function backgroundName({ description, command, kind }: BackgroundTask): string {
  return short(description || command || backgroundKinds[kind])
}

/** How long it has run and what it used, or when it is due. */
export function backgroundFacts({ since, progress, schedule }: BackgroundTask, now: number): string[] {
  if (schedule) {
    const next = schedule.nextAt === undefined ? [] : [`next ${formatMoment(new Date(schedule.nextAt), new Date(now))}`]
    return [...(schedule.every === undefined ? [] : [short(schedule.every)]), ...next]
  }
  const { tokens, toolUses } = progress ?? {}
  return [
    formatClock(now - Date.parse(since)),
    ...(toolUses ? [plural(toolUses, 'tool')] : []),
    ...(tokens ? [`${formatCount(tokens)} tokens`] : []),
  ]
}

/** What it does now; null where that is not known. */
export function doingWords({ progress, steps = [] }: BackgroundTask): string | null {
  const done = steps.filter(({ state }) => state === 'done').length
  const words = [
    ...(progress?.doing ? [short(progress.doing)] : []),
    ...(steps.length > 0 ? [`${done} of ${plural(steps.length, 'step')} done`] : []),
  ]
  return words.length === 0 ? null : words.join(' · ')
}

function short(text: string): string {
  return boundMarks(clipText(text, { lines: 1, characters: 200 }).shown)
}
