import type { Task } from '../../../shared/domain/task.ts'

/** Before which other one a waiting message has to go to move up or down by one; undefined: it is at the end already. */
export function neighbour(tasks: readonly Task[], id: string, direction: 'up' | 'down'): string | null | undefined {
  const at = tasks.findIndex((task) => task.id === id)
  if (direction === 'up') return tasks[at - 1]?.id
  return at < 0 || at >= tasks.length - 1 ? undefined : (tasks[at + 2]?.id ?? null)
}

/** Before which one a message goes that is dropped on another: it takes its place, and those between move up or down. */
export function placeOfDrop(tasks: readonly Task[], dragged: string, onto: string): string | null {
  const from = tasks.findIndex(({ id }) => id === dragged)
  const to = tasks.findIndex(({ id }) => id === onto)
  return from > to ? onto : (tasks[to + 1]?.id ?? null)
}
