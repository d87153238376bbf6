import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import { markdownLines, type MarkdownLine } from './markdown-lines.ts'
import { numberTasks, numberFaults } from './task-numbers.ts'

/** A task of a Markdown file. */
export type FileTask = {
  line: number
  /** How the file counts it. */
  number: number
  title: string
  /** What to do, one after the other. */
  steps: string[]
  /** It is marked as done. */
  done: boolean
  mode: 'sequential' | 'parallel'
  /** Numbers of the tasks that it waits for; null where the file does not say. */
  dependsOn: { number: number; line: number }[] | null
}

export type TaskFile = {
  title: string
  objective: string
  requirements: string[]
  tasks: FileTask[]
  /** What is missing, and what was not understood. */
  faults: RecipeFault[]
}

/** Sections that hold no tasks. */
const otherSections = /^(objectives?|goals?|requirements?|overview|notes?|context|background|summary)$/i
/** “Task 1.2” is a part of a task. */
const taskHeading = /^task\s+#?(\d+)(?!\.?\d)\s*[:.–—-]?\s*(.*)$/is
/** Its box, before or behind its words. */
const boxBefore = /^\[( |x|X|)\]\s*/
const boxBehind = /\s*\[( |x|X|)\]$/
const modeLine = /^execution mode\s*:\s*(\w*)/i
const dependsLine = /^depend(?:s|encies)(?:\s+on)?\s*:\s*(.*)$/i
const modeWords = /\((sequential|parallel)\)\s*$/i

/**
 * Reads a task file in the list form, the numbered form, or a mixture. Never throws: what is missing is an error at the line where it was
 * looked for, and a line that means nothing to it is a warning.
 */
export function readTaskFile(text: string): TaskFile {
  const reader = new Reader()
  const lines = markdownLines(text)
  for (const line of lines) reader.take(line)
  return reader.end(lines.at(-1)?.line ?? 1)
}

type Content = Exclude<MarkdownLine, { kind: 'heading' | 'blank' }>
/**
 * The task that what follows belongs to. `indent`: of its item; null where it has a heading of its own, `hasBold`: without `#`. `boxes`:
 * whether each part is done.
 */
type CurrentTask = { task: FileTask; indent: number | null; hasBold: boolean; boxes: boolean[] }
type Section = 'none' | 'objective' | 'requirements' | 'other' | 'tasks'

class Reader {
  #title: { text: string; line: number } | null = null
  #section: Section = 'none'
  readonly #objective: string[] = []
  readonly #requirements: string[] = []
  readonly #tasks: FileTask[] = []
  /** Those that the file does not count itself. */
  readonly #uncounted = new Set<FileTask>()
  readonly #faults: RecipeFault[] = []
  #task: CurrentTask | null = null

  take(line: MarkdownLine): void {
    if (line.kind === 'heading') this.#heading(line)
    else if (line.kind !== 'blank') this.#content(line)
  }

  end(lastLine: number): TaskFile {
    this.#closeTask()
    const titleLine = this.#title?.line ?? 1
    if (this.#title === null) this.#fault(1, 'There is no title. Start the file with “# Task: …”.', 'error')
    if (this.#objective.length === 0)
      this.#fault(titleLine, 'There is no objective. Add “## Objective” and say what is to be reached.', 'error')
    if (this.#tasks.length === 0)
      this.#fault(lastLine, 'There are no tasks. Write each as “- [ ] what to do”, or as “### Task 1: …”.', 'error')
    else if (this.#tasks.every(({ done }) => done)) this.#fault(lastLine, 'All tasks are marked as done.', 'error')
    numberTasks(this.#tasks, this.#uncounted)
    for (const { line, message } of numberFaults(this.#tasks)) this.#fault(line, message, 'error')
    return {
      title: this.#title?.text ?? '',
      objective: this.#objective.join('\n'),
      requirements: this.#requirements,
      tasks: this.#tasks,
      faults: this.#faults.toSorted((a, b) => a.line - b.line),
    }
  }

  #heading(heading: Extract<MarkdownLine, { kind: 'heading' }>): void {
    const { line, level, rest, isBold } = heading
    const box = boxBefore.exec(heading.text) ?? boxBehind.exec(heading.text)
    const text = heading.text.replace(boxBefore, '').replace(boxBehind, '')
    const task = taskHeading.exec(text)
    if (level === 1 && this.#title === null) {
      const words = (task?.[2] ?? text).replace(/^tasks?\s*:\s*/i, '')
      this.#title = { text: words === '' ? text : words, line }
    } else if (task && level > 1) {
      this.#closeTask()
      this.#section = 'tasks'
      const opened = this.#openTask({ line, number: Number(task[1]), text: task[2] ?? '', indent: null, isBold })
      opened.done = /x/i.test(box?.[1] ?? '')
    } else if (this.#task && this.#isPart(heading, this.#task)) {
      return this.#part(this.#task, { kind: 'item', line, indent: 0, text: rest === '' ? text : `${text}: ${rest}`, done: null })
    } else {
      this.#closeTask()
      this.#section = sectionOf(text)
    }
    if (rest !== '') this.#content({ kind: 'text', line, indent: 0, text: rest })
  }

  /** Whether a heading stands within a task that has one of its own. */
  #isPart({ level, text, rest, isBold }: Extract<MarkdownLine, { kind: 'heading' }>, { indent, hasBold }: CurrentTask): boolean {
    if (indent !== null) return false
    if (!isBold) return level > 2
    const section = sectionOf(text)
    return rest === '' ? !hasBold && section === 'tasks' : section === 'tasks' || section === 'other'
  }

  #content(line: Content): void {
    if (this.#section === 'objective') this.#objective.push(line.text)
    else if (this.#section === 'requirements') this.#requirement(line)
    else if (this.#section === 'tasks') this.#taskLine(line)
    else if (this.#section === 'none' && this.#title !== null && line.kind !== 'item') this.#note(line.line)
    else if (this.#section === 'none') this.#taskLine(line)
  }

  #requirement(line: Content): void {
    const last = this.#requirements.length - 1
    if (line.kind === 'item' || last < 0) this.#requirements.push(line.text)
    else this.#requirements[last] = `${this.#requirements[last] ?? ''}\n${line.text}`
  }

  #taskLine(line: Content): void {
    const current = this.#task
    const isInside = current !== null && (current.indent === null || line.indent > current.indent)
    if (isInside) return this.#part(current, line)
    if (line.kind === 'item' && line.done !== null) {
      this.#closeTask()
      const { indent, text, done } = line
      const task = this.#openTask({ line: line.line, number: this.#tasks.length + 1, text, indent, isBold: false })
      task.done = done
      return void this.#uncounted.add(task)
    }
    return this.#note(line.line)
  }

  #part(current: CurrentTask, line: Content): void {
    const { task, boxes } = current
    const { text } = line
    const mode = modeLine.exec(plainText(text))?.[1]?.toLowerCase()
    const depends = dependsLine.exec(plainText(text))?.[1]
    if (mode === 'parallel' || mode === 'sequential') task.mode = mode
    else if (mode !== undefined) this.#fault(line.line, `“${mode}” is no execution mode. Use “sequential” or “parallel”.`, 'error')
    else if (depends !== undefined) task.dependsOn = [...(task.dependsOn ?? []), ...this.#dependencies(depends, line.line)]
    else if (line.kind === 'item') {
      if (line.done !== null) boxes.push(line.done)
      if (line.done !== true) task.steps.push(text)
    } else {
      const last = task.steps.length - 1
      if (last < 0) task.steps.push(text)
      else task.steps[last] = `${task.steps[last] ?? ''}\n${text}`
    }
  }

  #dependencies(words: string, line: number): { number: number; line: number }[] {
    if (/^(none|nothing|no|-|n\/a)\.?$/i.test(words.trim())) return []
    const numbers = [...words.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/g)].flatMap(([, from = '0', to = from]) => {
      const count = Math.min(1_000, Number(to) - Number(from) + 1)
      return Array.from({ length: Math.max(0, count) }, (_, index) => Number(from) + index)
    })
    if (numbers.length === 0) this.#fault(line, `“${words}” names no task. Write “Depends on: Task 1, Task 3”.`, 'error')
    return numbers.map((number) => ({ number, line }))
  }

  #openTask({
    line,
    number,
    text,
    indent,
    isBold,
  }: {
    line: number
    number: number
    text: string
    indent: number | null
    isBold: boolean
  }) {
    const mode = modeWords.exec(text)?.[1]?.toLowerCase() === 'parallel' ? 'parallel' : 'sequential'
    const title = text.replace(modeWords, '').trim()
    const task: FileTask = { line, number, title: title === '' ? `Task ${number}` : title, steps: [], done: false, mode, dependsOn: null }
    this.#tasks.push(task)
    this.#task = { task, indent, hasBold: isBold, boxes: [] }
    return task
  }

  /** A numbered task is done where all its boxes are. */
  #closeTask(): void {
    const { task, indent, boxes } = this.#task ?? {}
    if (task && indent === null && boxes && boxes.length > 0 && boxes.every(Boolean)) task.done = true
    this.#task = null
  }

  #note(line: number): void {
    this.#fault(line, 'This line is no task and belongs to none, so it is left out.', 'warning')
  }

  #fault(line: number, message: string, severity: RecipeFault['severity']): void {
    this.#faults.push({ line, column: 1, message, severity })
  }
}

function sectionOf(heading: string): Section {
  if (/^(objectives?|goals?)$/i.test(heading)) return 'objective'
  if (/^requirements?$/i.test(heading)) return 'requirements'
  return otherSections.test(heading) ? 'other' : 'tasks'
}

function plainText(text: string): string {
  return text.replaceAll(/\*\*|__/g, '')
}
