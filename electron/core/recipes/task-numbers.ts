import { orderOf } from './step-order.ts'
import type { FileTask } from './task-file.ts'

/** Larger ones are no counting. */
const largestNumber = 999_999_999
/** Of the numbers that a line names wrongly, so many are told. */
const mostTold = 3

/** Gives tasks that the file does not count itself other numbers where they are those of tasks that it counts. */
export function numberTasks(tasks: readonly FileTask[], uncounted: ReadonlySet<FileTask>): void {
  const counted = new Set(tasks.flatMap((task) => (uncounted.has(task) ? [] : [task.number])))
  let largest = tasks.reduce((most, { number }) => Math.max(most, number), 0)
  for (const task of uncounted) if (counted.has(task.number)) task.number = largest += 1
}

/** What is wrong with the numbers of tasks, and with those that they wait for. */
export function numberFaults(tasks: readonly FileTask[]): { line: number; message: string }[] {
  return [...unknownFaults(tasks), ...circleFaults(tasks), ...doubledFaults(tasks)]
}

function unknownFaults(tasks: readonly FileTask[]): { line: number; message: string }[] {
  const numbers = new Set(tasks.map(({ number }) => number))
  const missing = new Map<number, Set<number>>()
  for (const { number, line } of tasks.flatMap(({ dependsOn }) => dependsOn ?? []))
    if (!numbers.has(number)) missing.set(line, (missing.get(line) ?? new Set()).add(number))
  return [...missing].map(([line, all]) => {
    const told = [...all].slice(0, mostTold).join(', ')
    const more = all.size > mostTold ? ` and ${all.size - mostTold} more` : ''
    return { line, message: all.size === 1 ? `There is no task ${told}.` : `There are no tasks ${told}${more}.` }
  })
}

function circleFaults(tasks: readonly FileTask[]): { line: number; message: string }[] {
  const steps = tasks.map(({ number, dependsOn }) => ({
    id: String(number),
    needs: (dependsOn ?? []).map((each) => String(each.number)),
  }))
  const { circle } = orderOf(steps)
  const first = tasks.find(({ number }) => String(number) === circle[0])
  if (!first) return []
  const message = circle.length === 1 ? `Task ${circle.join()} waits for itself.` : `Tasks ${circle.join(', ')} wait for each other.`
  return [{ line: first.dependsOn?.[0]?.line ?? first.line, message }]
}

function doubledFaults(tasks: readonly FileTask[]): { line: number; message: string }[] {
  const seen = new Set<number>()
  const faults: { line: number; message: string }[] = []
  for (const { number, line } of tasks) {
    if (number > largestNumber) faults.push({ line, message: `A task’s number is at most ${largestNumber}.` })
    else if (seen.has(number)) faults.push({ line, message: `There is another task ${number} above.` })
    seen.add(number)
  }
  return faults
}
