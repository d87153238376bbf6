import { stringify } from 'yaml'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import { readTaskFile, type FileTask, type TaskFile } from './task-file.ts'

export type TaskRecipe = {
  /** The recipe's text, to be looked at, changed and run; null where something is missing. */
  text: string | null
  /** By the lines of the Markdown file. */
  faults: RecipeFault[]
}

/**
 * Makes a recipe of a Markdown task file: one step a task that is not done yet, with the objective and the requirements in its prompt.
 * Tasks follow each other unless the file says that they are parallel; what it says about dependencies wins.
 */
export function taskRecipe(markdown: string): TaskRecipe {
  const file = readTaskFile(markdown)
  if (file.faults.some(({ severity }) => severity === 'error')) return { text: null, faults: file.faults }
  const open = file.tasks.filter(({ done }) => !done)
  const waits = needsOf(file.tasks)
  const steps = open.map((task) => ({
    id: idOf(task),
    title: task.title.slice(0, 200),
    needs: (waits.get(task.number) ?? []).map((number) => `task-${number}`),
    ask: raw(promptOf(task, file)),
  }))
  const recipe = { recipe: nameOf(file.title), title: file.title.slice(0, 200), description: file.objective.slice(0, 2_000), steps }
  return { text: stringify(recipe, { lineWidth: 0 }), faults: file.faults }
}

function idOf({ number }: Pick<FileTask, 'number'>): string {
  return `task-${number}`
}

/** For each open task the open ones that it waits for, by number. */
function needsOf(tasks: readonly FileTask[]): Map<number, number[]> {
  const needs = new Map<number, number[]>()
  const isDone = new Map(tasks.map(({ number, done }) => [number, done]))
  const known = forwardNeeds(tasks)
  /** What a parallel task waits for, and those since then. */
  let before: number[] = []
  let beside: number[] = []
  for (const { number, done, mode, dependsOn } of tasks) {
    if (done) continue
    if (mode === 'sequential' && beside.length > 0) [before, beside] = [beside, []]
    const said = dependsOn?.map((each) => each.number).filter((each) => isDone.get(each) === false)
    needs.set(number, [...new Set(said ?? before.filter((each) => !waitsFor(each, number, known)))])
    known.set(number, needs.get(number) ?? [])
    if (mode === 'parallel') beside.push(number)
    else before = [number]
  }
  return needs
}

/** What tasks are said to wait for where one of them waits for a later one: then it goes before the order of the file. Else nothing. */
function forwardNeeds(tasks: readonly FileTask[]): Map<number, number[]> {
  const places = new Map(tasks.map(({ number }, place) => [number, place]))
  const isForward = tasks.some(({ dependsOn }, place) => dependsOn?.some((each) => (places.get(each.number) ?? 0) > place))
  return new Map(isForward ? tasks.map(({ number, dependsOn }) => [number, (dependsOn ?? []).map((each) => each.number)]) : [])
}

/** Whether a task waits for another, be it through others. */
function waitsFor(task: number, other: number, needs: ReadonlyMap<number, readonly number[]>): boolean {
  const seen = new Set([task])
  for (const each of seen) {
    if (each === other) return true
    for (const need of needs.get(each) ?? []) seen.add(need)
  }
  return false
}

function promptOf({ title, steps }: FileTask, { title: whole, objective, requirements }: TaskFile): string {
  const parts = [
    `This is one task of “${whole}”.`,
    `Objective:\n${objective}`,
    ...(requirements.length > 0 ? [`Requirements:\n${numbered(requirements)}`] : []),
    `Your task: ${title}`,
    ...(steps.length > 0 ? [`Do this:\n${numbered(steps)}`] : []),
  ]
  return parts.join('\n\n')
}

function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line.replaceAll('\n', '\n   ')}`).join('\n')
}

/** What looks like a template in somebody's text is none. */
function raw(text: string): string {
  if (!/\{\{|\{%/.test(text)) return text
  return text.replaceAll(/\{\{|\{%/g, (mark) => `{{ '${mark}' }}`)
}

/** A name for a recipe, made from a title. */
function nameOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'tasks' : plain
}
