import { toAppError } from '../../../shared/app-error.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { Several, SeveralOutcome } from '../../../shared/domain/several.ts'
import { projectOf } from '../projects/project-of.ts'
import type { InstanceRoster } from './instance-roster.ts'

/** Each may start or end a process tree, so not all at the same moment. */
const atOnce = 6

/**
 * Does something to several instances, each as if it were asked for alone; one that refuses keeps none of the others. Answers in the order
 * of the request, else of the list. Throws NOT_FOUND before anything is done when an id is of none.
 */
export async function actOnSeveral(roster: InstanceRoster, several: Several): Promise<SeveralOutcome[]> {
  const ids = await idsOf(roster, several)
  const outcomes = new Map<string, SeveralOutcome>()
  const waiting = [...ids]
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const outcome = await actOn(roster, id, several)
      if (outcome) outcomes.set(id, outcome)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return ids.flatMap((id) => outcomes.get(id) ?? [])
}

async function idsOf(roster: InstanceRoster, { ids, project }: Several): Promise<string[]> {
  if (ids) return [...new Set(ids)].map((id) => roster.get(id).id)
  const all = roster.list()
  if (project === undefined) return all.map(({ id }) => id)
  const { root } = await projectOf(project)
  const own = await Promise.all(all.map(async ({ id, cwd }) => ((await projectOf(cwd)).root === root ? [id] : [])))
  return own.flat()
}

/** Null when it was removed meanwhile. */
async function actOn(roster: InstanceRoster, id: string, several: Several): Promise<SeveralOutcome | null> {
  if (!roster.has(id)) return null
  const instance = roster.get(id)
  const { name } = instance
  const before = standOf(instance)
  if (isThereAlready(instance, several)) return { id, name, outcome: 'unchanged', before, after: before }
  try {
    return { id, name, outcome: 'done', before, after: standOf(await act(roster, id, several)) }
  } catch (thrown) {
    const { code, message } = toAppError(thrown)
    const after = roster.has(id) ? standOf(roster.get(id)) : before
    return { id, name, outcome: 'refused', before, after, error: { code, message } }
  }
}

function act(roster: InstanceRoster, id: string, { action, mode }: Several): Promise<Instance> {
  if (action === 'resume') return roster.resume(id)
  if (action === 'restart') return roster.restart(id)
  return action === 'stop' ? roster.stop(id) : roster.pause(id, mode ?? 'hold')
}

/** What rests has nothing to pause or to restart: forty of them must not be started by one click. */
function isThereAlready({ state, pause, process }: Instance, { action, mode }: Several): boolean {
  const isAtRest = process === null && state !== 'starting' && state !== 'failed'
  if (action === 'resume') return state !== 'paused' && pause === undefined
  if (action === 'restart') return isAtRest
  if (action === 'stop') return isAtRest && state === 'stopped'
  return pause === mode || (mode === 'park' && process === null && state !== 'starting')
}

function standOf({ state, pause }: Instance): SeveralOutcome['before'] {
  return { state, ...(pause === undefined ? {} : { pause }) }
}
