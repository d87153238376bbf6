/** A recipe that comes with the app. Saved under the same name, a user's own takes its place. */
export type RecipeOfOurs = { name: string; text: string }

const pipeline = `recipe: pipeline
title: Pipeline
description: Three steps, one after the other. Each begins with the answer of the one before.
inputs:
  folder: { type: folder, label: Folder }
  first: { type: text, label: First step, description: What is to be done first. }
  second: { type: text, label: Second step, description: What is to be done with the first answer. }
  third: { type: text, label: Third step, description: What is to be done with the second answer. }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: first
    title: First step
    ask: "{{ inputs.first }}"
  - id: second
    title: Second step
    ask: |
      {{ inputs.second }}

      This is the result of the step before:
      {{ steps.first.text }}
  - id: third
    title: Third step
    ask: |
      {{ inputs.third }}

      This is the result of the step before:
      {{ steps.second.text }}
outputs: { result: "{{ steps.third.text }}" }
`

const fanOut = `recipe: fan-out
title: Fan-out
description: The same prompt for each entry of a list, several at the same time, and one summary of all answers.
inputs:
  folder: { type: folder, label: Folder }
  items: { type: list, label: List, description: One entry a line. Each gets a turn of its own. }
  prompt: { type: text, label: Prompt, description: What is to be done with each entry. }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: work
    title: Each entry
    each: "{{ inputs.items }}"
    concurrency: 4
    ask: |
      {{ inputs.prompt }}

      {{ item }}
    retry: { times: 1 }
    onFailure: continue
  - id: summary
    title: Summary
    ask: |
      Several people have done this: {{ inputs.prompt }}

      Summarise what they answered in a few sentences, and name what is missing or contradictory.

      {{ steps.work.texts | join: "\\n\\n---\\n\\n" }}
outputs: { summary: "{{ steps.summary.text }}", answers: "{{ steps.work.texts }}" }
`

const mapOverFiles = `recipe: map-over-files
title: Map over files
description: Claude lists the files that a pattern names, then the same prompt is asked for each of them.
inputs:
  folder: { type: folder, label: Folder }
  pattern: { type: text, label: Files, description: "Such as src/**/*.ts, or in words.", default: "**/*.md" }
  prompt: { type: text, label: Prompt, description: What is to be done with each file. }
limits: { turns: 500 }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: list
    title: List the files
    ask: |
      List the files in this folder that this names: {{ inputs.pattern }}
      Give paths relative to the folder, each once, sorted. Leave out what Git ignores. Change nothing.
    schema:
      type: object
      required: [files]
      additionalProperties: false
      properties: { files: { type: array, maxItems: 499, items: { type: string } } }
  - id: work
    title: Each file
    each: "{{ steps.list.output.files }}"
    concurrency: 4
    ask: |
      {{ inputs.prompt }}

      The file is {{ item }}. Leave all other files as they are.
    retry: { times: 1 }
    onFailure: continue
outputs: { files: "{{ steps.list.output.files }}", answers: "{{ steps.work.texts }}" }
`

const consensus = `recipe: consensus
title: Consensus
description: Several answer the same question without seeing each other. A majority decides; each dissent is shown with its reason.
inputs:
  folder: { type: folder, label: Folder }
  question: { type: text, label: Question }
  options: { type: list, label: Options, description: "What may be chosen, one a line.", default: [yes, no] }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: verdict
    title: Vote
    consensus:
      ask: "{{ inputs.question }}"
      options: "{{ inputs.options }}"
      voters: 3
      quorum: 2
      decide: vote
outputs: { decision: "{{ steps.verdict.output.decision }}", reason: "{{ steps.verdict.output.reason }}" }
`

const reviewBoard = `recipe: review-board
title: Review board
description: Reviewers look at a change from several sides at once. Then a vote decides whether it is ready, and one report says why.
inputs:
  folder: { type: folder, label: Folder }
  base: { type: text, label: Compare with, description: A branch or commit., default: main }
  sides:
    type: list
    label: Sides
    description: "What each reviewer looks at, one a line."
    default: [whether it is correct, whether it is safe, whether it is easy to read and change]
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: review
    title: Reviews
    each: "{{ inputs.sides }}"
    concurrency: 4
    ask: |
      Review what has changed here since {{ inputs.base }}. Look at one thing only: {{ item }}.
      Name each problem with its file and line, the gravest first, and say how it could be solved. Change nothing.
    onFailure: continue
  - id: verdict
    title: Vote
    consensus:
      ask: |
        Is this change ready to be merged? These are the reviews:

        {{ steps.review.texts | join: "\\n\\n---\\n\\n" }}
      options: [ready, not ready]
      voters: 3
      quorum: 2
      decide: vote
  - id: report
    title: Report
    ask: |
      Write one short report from these reviews: what has to be changed before this is merged, and what could be. Leave out what is said twice.
      The vote: {{ steps.verdict.output.decision | default: "undecided" }}. {{ steps.verdict.output.reason }}

      {{ steps.review.texts | join: "\\n\\n---\\n\\n" }}
outputs: { decision: "{{ steps.verdict.output.decision }}", report: "{{ steps.report.text }}" }
`

const researchThenWrite = `recipe: research-then-write
title: Research then write
description: A subject is divided into questions, each is looked into on its own, and one text is written from the answers and checked.
inputs:
  folder: { type: folder, label: Folder }
  subject: { type: text, label: Subject }
  form: { type: text, label: Form, description: What is to be written., default: "A text of two pages with headings." }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: questions
    title: Questions
    ask: |
      Which three to five questions have to be answered to write about this: {{ inputs.subject }}
    schema:
      type: object
      required: [questions]
      additionalProperties: false
      properties: { questions: { type: array, minItems: 1, maxItems: 5, items: { type: string } } }
  - id: research
    title: Research
    each: "{{ steps.questions.output.questions }}"
    concurrency: 4
    ask: |
      This is about: {{ inputs.subject }}
      Find out: {{ item }}
      Answer in notes, each with where it comes from. Say what you could not find out.
    retry: { times: 1 }
    onFailure: continue
  - id: write
    title: Write
    ask: |
      Write about this: {{ inputs.subject }}
      The form: {{ inputs.form }}
      Use these notes and nothing else:

      {{ steps.research.texts | join: "\\n\\n---\\n\\n" }}
  - id: check
    title: Check
    ask: |
      Check this text against the notes. Correct what they do not bear out, and answer with the whole text and nothing else.

      The text:
      {{ steps.write.text }}

      The notes:
      {{ steps.research.texts | join: "\\n\\n---\\n\\n" }}
outputs: { text: "{{ steps.check.text }}" }
`

const nightlyCheck = `recipe: nightly-check
title: Nightly check
description: Checks of a project are run. Where something fails, Claude looks for the cause and says what to do. For a trigger at night.
inputs:
  folder: { type: folder, label: Folder }
  checks: { type: text, label: Checks, description: "Commands, or in words.", default: npm test }
limits: { minutes: 60 }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: check
    title: Run the checks
    ask: |
      Run these checks in this folder and say what came of them: {{ inputs.checks }}
      Change nothing, whatever they say.
    schema:
      type: object
      required: [passed, failures]
      additionalProperties: false
      properties:
        passed: { type: boolean }
        failures: { type: array, items: { type: string } }
  - id: causes
    title: Look for causes
    if: "{{ steps.check.output.failures.size > 0 }}"
    each: "{{ steps.check.output.failures }}"
    concurrency: 2
    ask: |
      This check failed in this folder: {{ item }}
      Find the cause, and the latest change that could have led to it. Say what to do, and change nothing.
    limits: { turns: 10 }
    onFailure: continue
outputs: { passed: "{{ steps.check.output.passed }}", failures: "{{ steps.check.output.failures }}" }
`

/** In the order in which they are offered. */
export const recipesOfOurs: readonly RecipeOfOurs[] = [
  { name: 'pipeline', text: pipeline },
  { name: 'fan-out', text: fanOut },
  { name: 'map-over-files', text: mapOverFiles },
  { name: 'consensus', text: consensus },
  { name: 'review-board', text: reviewBoard },
  { name: 'research-then-write', text: researchThenWrite },
  { name: 'nightly-check', text: nightlyCheck },
]
