import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRecipe } from './recipe-check.ts'
import { taskRecipe } from './task-recipe.ts'
import { Template } from './templates.ts'

const listForm = `# Task 001: Sort the shelves

## Objective
Every book has its place.

## Requirements
1. [ ] Nothing is thrown away
2. [ ] Labels stay readable

## Books
- [ ] Sort by author
  - [ ] Take them out
  - [ ] Put them back
- [x] Dust them

## Notes
- [ ] not a task

## Shelves
* [ ] Label the shelves
`

const numberedForm = `# Ship it\r
\r
**Objective**: A release that works.\r
\r
## Implementation Tasks\r
### Task 1: Build (Sequential)\r
- Run the build\r
- Look at its output\r
### Task 2: Test on Linux (Parallel)\r
- Run the tests\r
### Task 3: Test on macOS\r
- Execution mode: parallel\r
- Run the tests\r
### Task 4: Publish (Sequential)\r
- Publish it\r
### Task 5: Tell people (Parallel)\r
- Depends on: Task 1, Task 3\r
- Write a note\r
`

const read = (markdown: string) => {
  const { text, faults } = taskRecipe(markdown)
  const checked = text === null ? null : checkRecipe(text, { recipes: [] })
  return { faults: faults.map(({ line, message }) => `${line}: ${message}`), checked, steps: checked?.recipe?.steps ?? [] }
}
const waits = (markdown: string) => read(markdown).steps.map(({ id, needs }) => [id, needs])

test('the list form: each open top item is a step, with its parts, the objective and the requirements', () => {
  const { faults, steps, checked } = read(listForm)
  expect(faults).toEqual([])
  expect(checked?.faults).toEqual([])
  expect(checked?.recipe).toMatchObject({ recipe: 'sort-the-shelves', title: 'Sort the shelves' })
  expect(steps.map(({ id, title, needs }) => [id, title, needs])).toEqual([
    ['task-1', 'Sort by author', []],
    ['task-3', 'Label the shelves', ['task-1']],
  ])
  expect(steps[0]?.ask).toBe(
    [
      'This is one task of “Sort the shelves”.',
      'Objective:\nEvery book has its place.',
      'Requirements:\n1. Nothing is thrown away\n2. Labels stay readable',
      'Your task: Sort by author',
      'Do this:\n1. Take them out\n2. Put them back',
    ].join('\n\n'),
  )
})

test('the numbered form: modes in the heading or a line, and dependencies that win over them', () => {
  expect(read(numberedForm).faults).toEqual([])
  expect(waits(numberedForm)).toEqual([
    ['task-1', []],
    ['task-2', ['task-1']],
    ['task-3', ['task-1']],
    ['task-4', ['task-2', 'task-3']],
    ['task-5', ['task-1', 'task-3']],
  ])
  expect(read(numberedForm).steps[2]?.ask).not.toContain('Execution mode')
})

test('what is done is skipped, and nothing waits for it', () => {
  const file =
    '# T\n## Objective\nx\n## Tasks\n### Task 1: a\n- [x] one\n- [x] two\n### Task 2: b\n- Depends on: Task 1\n- [x] one\n- [ ] two\n'
  expect(waits(file)).toEqual([['task-2', []]])
  expect(read(file).steps[0]?.ask).toContain('Do this:\n1. two')
})

test('front matter, code within a step, bold headings, numbered boxes and both forms at once', () => {
  const file = [
    '---',
    'author: me',
    '---',
    '# T',
    '**Objective**',
    'Say hello.',
    '## Steps',
    '1. [ ] Write {{ this }}',
    '   ```sh',
    '   # not a heading',
    '   echo "{% hello %}"',
    '   ```',
    '### Task 7: Another',
    '- do it',
  ].join('\n')
  const { faults, checked, steps } = read(file)
  expect([faults, checked?.faults]).toEqual([[], []])
  expect(steps.map(({ id }) => id)).toEqual(['task-1', 'task-7'])
  const prompt = new Template(steps[0]?.ask ?? '').text({})
  expect(prompt).toContain('Your task: Write {{ this }}')
  expect(prompt).toContain('echo "{% hello %}"')
})

test('bold lines and headings within a task belong to it', () => {
  const file = [
    '# T',
    '## Objective:',
    'x',
    '### Task 1: a',
    '**Steps:**',
    '- [ ] one',
    '#### Task 1.1: two',
    '**Note:** slowly',
    '---',
    '**Execution mode**: parallel',
    '### Task 2: b',
    '**Execution mode:** parallel',
    '## Notes:',
    '- [ ] no task',
    '**Task 3: c**',
    '**Depends on**: none',
    '**More**',
    '1) [] d',
  ].join('\n')
  expect(read(file)).toMatchObject({ faults: [], checked: { faults: [] } })
  expect(waits(file)).toEqual([
    ['task-1', []],
    ['task-2', []],
    ['task-3', []],
    ['task-4', ['task-3']],
  ])
  expect(read(file).steps[0]?.ask).toContain('Do this:\n1. Steps\n2. one\n3. Task 1.1: two\n4. Note: slowly')
})

test('tasks that the file does not count give way to those that it counts, whose dependencies go before its order', () => {
  const file = '# T\n## Objective\nx\n## Tasks\n- [ ] a\n### [x] Task 2: b\n### Task 1: c\n- Depends on: Task 3\n### Task 3: d [ ]\n'
  expect(read(file).faults).toEqual([])
  expect(waits(file)).toEqual([
    ['task-4', []],
    ['task-1', ['task-3']],
    ['task-3', []],
  ])
})

test('numbers that are none are told once for each line', () => {
  const file = '# T\n## Objective\nx\n### Task 1: a\n- Depends on: Tasks 2-500\n### Task 1000000000000000000000000: b\n'
  expect(read(file).faults).toEqual(['5: There are no tasks 2, 3, 4 and 496 more.', '6: A task’s number is at most 999999999.'])
})

test('what is missing is named at the line where it was looked for', () => {
  expect(read('').faults).toEqual([
    expect.stringMatching(/^1: There is no title/),
    expect.stringMatching(/^1: There is no objective/),
    expect.stringMatching(/^1: There are no tasks/),
  ])
  expect(read('# T\n## Objective\nx\n## Tasks\n').faults).toEqual([expect.stringMatching(/^5: There are no tasks/)])
  expect(read('# T\n## Objective\nx\n## Tasks\n- [ ] a\n  - Depends on: Task 9\n').faults).toEqual(['6: There is no task 9.'])
  expect(read('# T\n## Objective\nx\n### Task 1: a\n- Execution mode: sideways\n').faults).toEqual([
    expect.stringMatching(/^5: “sideways” is no execution mode/),
  ])
  expect(read('# T\n## Objective\nx\n- [x] a\n## Tasks\n- [x] a\n').faults).toEqual([expect.stringMatching(/marked as done/)])
})

test('tasks that wait for each other are refused', () => {
  const file = '# T\n## Objective\nx\n### Task 1: a\n- Depends on: Task 2\n### Task 2: b\n- Depends on: Task 1\n'
  expect(read(file).faults).toEqual([expect.stringMatching(/^[57]: Tasks [12], [12] wait for each other/)])
  expect(read('# T\n## Objective\nx\n### Task 3: a\n- Depends on: Tasks 1-3\n').faults).toContain('5: Task 3 waits for itself.')
})

test('a line that means nothing is said, and keeps nothing from running', () => {
  const { faults, steps } = read('# T\n## Objective\nx\n## Tasks\nSome words.\n- [ ] a\n- no box\n')
  expect(faults).toEqual([expect.stringMatching(/^5: This line is no task/), expect.stringMatching(/^7: This line is no task/)])
  expect(steps).toHaveLength(1)
})

test('whatever is read gives a recipe that can run, or says why not', () => {
  const piece = fc.constantFrom(
    '# T',
    '## Objective',
    '## Tasks',
    '- [ ] a',
    '  - [ ] b',
    '- [x] c',
    '### Task 2: d (Parallel)',
    '- Depends on: Task 2',
    '**Depends on**: Task 1, 3',
    '**Task 3: e**',
    '### Task 1: f',
    '**Part**',
    'words {{ x',
    '{% raw %}',
    '```',
    '**Objective**: y',
    '---',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 12 })), { maxLength: 14 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const { text, faults } = taskRecipe(lines.join(end))
      expect(text === null).toBe(faults.some(({ severity }) => severity === 'error'))
      expect(text === null ? [] : checkRecipe(text, { recipes: [] }).faults).toEqual([])
    }),
  )
})
