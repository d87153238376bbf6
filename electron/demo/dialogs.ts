/** What the demo model asks, as the real one would with AskUserQuestion. */
export const demoQuestions = [
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

/** What the demo model writes into the file of its plan. */
export const demoPlan = `# Move the settings into their own module

1. Read the **configuration** and list who uses it
2. Write a test that fails
3. Move the code; keep the old name as an alias for one release

| file | change |
| --- | --- |
| settings.ts | new |
| main.ts | imports it |
`
