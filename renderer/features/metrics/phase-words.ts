import type { Phase, Totals, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { ChartColor } from './charts/chart-data.ts'

const words: Record<Phase, { name: string; about: string }> = {
  firstToken: { name: 'First token', about: 'From your message until the first word.' },
  total: { name: 'Whole turn', about: 'From your message until the turn ended.' },
  waited: { name: 'Waited', about: 'In the queue, until an instance took it.' },
  allocated: { name: 'Allocated', about: 'Choosing an instance.' },
  started: { name: 'Started', about: 'Until a process was ready.' },
  model: { name: 'Model', about: 'From the ready process until the first word: the model and the network.' },
  response: { name: 'Start and model', about: 'From the chosen instance until the first word.' },
  answered: { name: 'Answered', about: 'From the first word to the end, with tools and approvals.' },
  tools: { name: 'Tools', about: 'While tools ran.' },
  approvalWait: { name: 'Waiting for you', about: 'While you were asked.' },
}

/** In the order of a list to choose from: what is felt first, then in the order of a turn. */
export const phaseChoices: readonly Phase[] = [
  'firstToken',
  'total',
  'waited',
  'allocated',
  'started',
  'model',
  'response',
  'answered',
  'tools',
  'approvalWait',
]

export function phaseName(phase: Phase): string {
  return words[phase].name
}

export function phaseAbout(phase: Phase): string {
  return words[phase].about
}

/** A part of a bar that shows where the time went. */
export type TimePart = { key: string; label: string; color: ChartColor; ms: number }

const parts: readonly { key: string; label: string; color: ChartColor }[] = [
  { key: 'waited', label: 'Waited', color: 'grey' },
  { key: 'started', label: 'Started', color: 'blue' },
  { key: 'model', label: 'First token', color: 'accent' },
  { key: 'answered', label: 'Answered', color: 'brown' },
  { key: 'tools', label: 'Tools', color: 'green' },
  { key: 'approvalWait', label: 'Waiting for you', color: 'yellow' },
]

export const timeParts = parts

/** Where the time of a turn went, without overlap: the parts add up to the whole. What was not measured is left out. */
export function partsOfTurn({ phases }: TurnRecord): TimePart[] {
  return partsOf((phase) => phases[phase] ?? 0)
}

/** The same for the mean of many turns: sums over all of them, divided by all of them, so that parts add up here too. */
export function partsOfTotals({ phases, turns }: Totals): TimePart[] {
  return partsOf((phase) => (turns === 0 ? 0 : (phases[phase]?.sumMs ?? 0) / turns))
}

function partsOf(msOf: (phase: Phase) => number): TimePart[] {
  const tools = msOf('tools')
  const you = msOf('approvalWait')
  const ms: Record<string, number> = {
    waited: msOf('waited') + msOf('allocated'),
    started: msOf('started'),
    model: msOf('model'),
    answered: Math.max(0, msOf('answered') - tools - you),
    tools,
    approvalWait: you,
  }
  return parts.map((part) => ({ ...part, ms: ms[part.key] ?? 0 }))
}
