import type { PlanKind, QuestionKind } from './steps.ts'

const usualQuestions = [
  {
    question: 'Which database should the service use?',
    header: 'Database',
    multiSelect: false,
    options: [
      { label: 'Postgres', description: 'Runs as a server of its own; several writers at once.' },
      { label: 'SQLite', description: 'One file beside the app; nothing to set up.' },
    ],
  },
  {
    question: 'Which checks should run before a commit?',
    header: 'Checks',
    multiSelect: true,
    options: [
      { label: 'Types', description: 'About 15 seconds.' },
      { label: 'Lint', description: 'About 10 seconds.' },
      { label: 'Unit tests', description: 'About two minutes.' },
    ],
  },
]

const previewQuestions = [
  {
    question: 'Which layout should the settings page have?',
    header: 'Layout',
    multiSelect: false,
    options: [
      {
        label: 'Sidebar',
        description: 'Sections at the left, one at a time.',
        preview:
          '┌──────────┬───────────────┐\n│ General  │ Theme  [auto] │\n│ Keys     │ Font   [13px] │\n│ Privacy  │               │\n└──────────┴───────────────┘',
      },
      {
        label: 'One page',
        description: 'Everything below each other, with a search field.',
        preview:
          '┌──────────────────────────┐\n│ Search…                  │\n├──────────────────────────┤\n│ Theme  [auto]            │\n│ Font   [13px]            │\n│ Keys   [default]         │\n└──────────────────────────┘',
      },
      { label: 'Dialog', description: 'Over the window, as today.' },
    ],
  },
  { ...usualQuestions[0], question: 'Where should the settings be kept?', header: 'Storage' },
]

/** Markup, characters that turn or hide what is read, and far too much of everything. */
const hostileQuestions = [
  {
    question: 'Delete <b>everything</b>?<img src=x onerror=alert(1)> \u202Eneht dna\u202C [click](javascript:alert(1))',
    header: '<script>',
    multiSelect: false,
    options: [
      { label: 'No\u200B', description: 'A label with a sign that cannot be seen.', preview: '<script>alert(1)</script>\n'.repeat(800) },
      {
        label: '\u202Eseilpmoc',
        description: `\u05D0\u05D1\u05D2 turns around. ${'very long '.repeat(300)}`,
        preview: '\u2066\u202E\u200F'.repeat(3_000),
      },
      { label: 'Yes '.repeat(200), description: '', preview: `${'─'.repeat(20_000)}` },
    ],
  },
  {
    question: `${'Which of these? '.repeat(400)}`,
    header: 'Long',
    multiSelect: true,
    options: [
      { label: 'constructor', description: 'Named as something of the language.' },
      { label: '__proto__', description: 'Named as something of the language too.' },
    ],
  },
]

/** What the demo model asks, as the real one would with AskUserQuestion. */
export function questionsOf(kind: QuestionKind): readonly unknown[] {
  if (kind === 'preview') return previewQuestions
  if (kind === 'hostile') return hostileQuestions
  return kind === 'many' ? usualQuestions : usualQuestions.slice(0, 1)
}

const usualPlan = `# Move the settings into their own module

1. Read the **configuration** and list who uses it
2. Write a test that fails
3. Move the code; keep the old name as an alias for one release

| file | change |
| --- | --- |
| settings.ts | new |
| main.ts | imports it |
`

/** What the demo model writes into the file of its plan; a long one has about 200 kB. */
export function planOf(kind: PlanKind): string {
  if (kind !== 'long') return usualPlan
  const part = (number: number) =>
    `## Step ${number}\n\nRead \`module-${number}.ts\`, write a test that **fails**, and move the code.\n\n- Keep the old name for one release\n- Say so in the changelog\n\n\`\`\`ts\nexport { settings } from './settings-${number}.ts'\n\`\`\`\n\n`
  const parts = Array.from({ length: 1_000 }, (_, index) => part(index + 1))
  return `# A very long plan\n\n${parts.join('')}`
}

/** The list that the demo model keeps. */
export const todos = [
  { subject: 'Read the configuration', description: 'List who uses it.', activeForm: 'Reading the configuration' },
  { subject: 'Write a test that fails', description: 'It says what is wanted.', activeForm: 'Writing a test' },
  { subject: 'Move the code', description: 'The old name stays for one release.', activeForm: 'Moving the code' },
]

/** A notebook with one cell, whose id is `prices`. */
export const notebook = {
  cells: [
    {
      cell_type: 'code',
      id: 'prices',
      metadata: {},
      execution_count: null,
      outputs: [],
      source: ['prices = {"Yirgacheffe": 1290, "Huila": 1140, "Decaf": 90}\n', 'sum(prices.values())'],
    },
  ],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
}

/** Two sub-agents, one after the other. */
export const demoWorkflow = `export const meta = { name: 'review', description: 'Review in two steps', phases: [{ title: 'Read' }, { title: 'Report' }] }
phase('Read')
const notes = await agent('Read the notes here [slow 1]', { label: 'Reader' })
phase('Report')
return await agent('Say what stands in them [slow 1]: ' + notes, { label: 'Reporter' })`
