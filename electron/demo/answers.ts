import { commitMessage } from './commit-message.ts'
import { readDirectives, type Directives } from './directives.ts'
import type { Situation } from './request.ts'
import { jsonAnswer, voteOf } from './wanted-json.ts'

/** What the demo model says in the end. */
export function answerTo(directives: Directives, situation: Situation, place: () => number): string {
  const words = answerToPrompt(directives, situation, place)
  const last = situation.added.at(-1)
  if (last === undefined) return words
  return readDirectives(last).echo ?? `While I worked, you added: “${situation.added.join('” and “')}”. I have read it.\n\n${words}`
}

function answerToPrompt(directives: Directives, situation: Situation, place: () => number): string {
  const commit = commitMessage(situation.prompt)
  if (commit !== null) return commit
  if (directives.echo !== null) return directives.echo
  const json = jsonAnswer(situation, directives, place)
  if (json !== null) return json
  if (directives.votes.length > 0) return voteOf(directives, place()) ?? ''
  if (directives.settings) return settingsWords(situation)
  if (directives.count)
    return `I can see ${situation.earlier.length + 1} ${situation.earlier.length === 0 ? 'message' : 'messages'} of yours.`
  if (directives.recall) return recalled(situation.earlier)
  if (directives.remember !== null) return `I will remember: ${directives.remember}`
  if (situation.files.length > 0) return aboutFiles(situation)
  if (directives.image || situation.images.length > 0) return aboutImages(situation)
  if (directives.long !== null) return longText(directives.long)
  if (directives.markdown) return markdownSample
  if (situation.results.length > 0) return afterTools(situation.results)
  return plain(situation)
}

export const thoughts =
  'The user wants an answer from the demo model. I should be brief, say what I did, and not pretend to be more than I am. There is nothing to look up for that.'

/** What is said before a tool is called. */
export function beforeTool(index: number): string {
  const words = ['I will look at that first.', 'Next, this.', 'One more step.', 'Let me check the result.']
  return words[index % words.length] ?? ''
}

function settingsWords({ settings: { model, effort, speed } }: Situation): string {
  const parts = [`model: ${model}`, effort === null ? null : `effort: ${effort}`, speed === null ? null : `speed: ${speed}`]
  return parts.filter((part) => part !== null).join(', ')
}

function recalled(earlier: string[]): string {
  const what = earlier.map((text) => readDirectives(text).remember).findLast((one) => one !== null)
  return what === undefined ? 'You have not told me anything to remember.' : `You told me to remember: ${what}`
}

function aboutImages({ images }: Situation): string {
  if (images.length === 0) return 'There is no image in your message.'
  const list = images.map(({ mediaType, bytes }) => `${mediaType} of ${bytes} bytes`)
  return `I received ${images.length === 1 ? 'one image' : `${images.length} images`}: ${list.join(', ')}. The demo model cannot see what is in it.`
}

function aboutFiles({ files }: Situation): string {
  return `I received ${files.join(' and ')}.`
}

/** When a task in the background has reported. */
export function afterBackground(report: string): string {
  const [first = ''] = report.split('\n')
  return first === '' ? 'The background work has finished.' : `The background work has finished. It reported:\n\n> ${first}`
}

function afterTools(results: string[]): string {
  if (results.at(-1)?.startsWith('Async agent launched')) return 'The agent is at work in the background. I will tell you what it found.'
  const last = (results.at(-1) ?? '').trim().split('\n')
  const shown = last.slice(0, 6).join('\n')
  const more = last.length > 6 ? `\n… and ${last.length - 6} more lines` : ''
  const what = results.length === 1 ? 'That is done. It said:' : `All ${results.length} steps are done. The last one said:`
  return `${what}\n\n\`\`\`\n${shown}${more}\n\`\`\`\n\nTell me if you want me to continue.`
}

const openings = [
  'This answer comes from the demo model, so it is made up; everything around it is real.',
  'You are talking to the demo model. It streams, calls tools and fails on request, but it does not think.',
  'Here is an answer from the demo model. Claude itself would have read your files first.',
]
const middles = [
  'The process behind this instance is the real Claude Code: it stays warm between your messages, so the first word arrives quickly, and it asks before a tool runs.',
  'Everything you see was saved to disk first. You can close the window now and find this conversation as it is.',
  'You can send the next message right away. It waits in the queue, where you can edit or remove it, until this turn has finished.',
]
const endings = [
  'Put `bash: touch hello.txt` between square brackets to be asked for a permission, `question` to be asked a question, or `markdown` for a richer answer.',
  'Sign in to Claude Code in a terminal and restart Bullpen to talk to Claude itself.',
  'Put `long 400` between square brackets if you want to watch a longer answer stream in.',
]

/** What the app tells Claude with a side question is nothing that the user said. */
const sideQuestion =
  /^<side-question-rules>[\s\S]*?<\/side-question-rules>\s*(?:<earlier-side-questions>[\s\S]*<\/earlier-side-questions>\s*)?/

function plain({ prompt, earlier }: Situation): string {
  const said = prompt.replace(sideQuestion, '')
  const about = said.replaceAll(/\s+/g, ' ').replaceAll('"', '').slice(0, 80)
  const index = earlier.length
  const first = `${openings[index % openings.length]} You asked: “${about}${said.length > 80 ? '…' : ''}”`
  return [first, middles[index % middles.length], endings[index % endings.length]].join('\n\n')
}

const sentence =
  'The quick instance takes the next task from the queue while the slow one is still busy with a long answer about processes, pipes and patience.'

function longText(words: number): string {
  const source = sentence.split(' ')
  const out: string[] = []
  for (let index = 0; index < words; index += 1) {
    const word = source[index % source.length] ?? ''
    out.push(index % source.length === 0 ? `${index === 0 ? '' : '\n\n'}${Math.floor(index / source.length) + 1}. ${word}` : word)
  }
  return out.join(' ').replaceAll(' \n\n', '\n\n')
}

const markdownSample = `## A plan in three steps

The list below is **canned**, but it shows what an answer can hold: *emphasis*, \`inline code\` and [a link](https://example.com).

1. Read the configuration
2. Measure before changing anything
   - once cold
   - once warm
3. Write the test that fails

| step | before | after |
| --- | ---: | ---: |
| first token | 403 ms | 27 ms |
| ten at once | 3,630 ms | 420 ms |

\`\`\`ts
/** Answers the newest value, or null when there is none. */
export function newest<T>(values: readonly T[]): T | null {
  return values.at(-1) ?? null
}
\`\`\`

> A quotation, for good measure.

\`\`\`diff
- const delay = 1000
+ const delay = 50
\`\`\`

- [x] done
- [ ] not yet
`
