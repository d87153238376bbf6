import { isAbsolute, join } from 'node:path'
import { afterBackground, answerTo, beforeTool, thoughts } from './answers.ts'
import { demoPlan, demoQuestions } from './dialogs.ts'
import { readDirectives, type Directives, type Step } from './directives.ts'
import type { Situation } from './request.ts'

export type ToolCall = { name: string; input: Record<string, unknown> }

/** What one request is answered with. */
export type Reply = { directives: Directives; thinking: string | null; text: string; toolCall: ToolCall | null }

/** Plans the answer: the next tool call that the prompt asks for, or, when all are done, the words. */
export function replyTo(situation: Situation): Reply {
  if (situation.notification !== null) {
    return { directives: readDirectives(''), thinking: null, text: afterBackground(situation.notification), toolCall: null }
  }
  const directives = readDirectives(situation.prompt)
  const done = situation.results.length
  const step = directives.steps[done]
  const toolCall = step === undefined ? null : callOf(step, situation)
  const thinking = directives.think && done === 0 ? thoughts : null
  if (toolCall) return { directives, thinking, text: beforeTool(done), toolCall }
  return { directives, thinking, text: answerTo(directives, situation), toolCall: null }
}

function callOf(step: Step, situation: Situation): ToolCall | null {
  const wanted = wantedCall(step, situation)
  // Claude Code lists neither these nor those of MCP servers before they are looked for, and takes a call of them all the same.
  const isUnlisted = step.tool === 'mcp' || step.tool === 'plan'
  return wanted !== null && (isUnlisted || situation.tools.has(wanted.name)) ? wanted : null
}

function wantedCall(step: Step, { folder, results, tools, planFile }: Situation): ToolCall | null {
  const absolute = (path: string) => (isAbsolute(path) || folder === null ? path : join(folder, path))
  switch (step.tool) {
    case 'bash':
      return {
        name: 'Bash',
        input: {
          command: step.command,
          description: `Run ${step.command.slice(0, 60)}`,
          ...(step.inBackground ? { run_in_background: true } : {}),
        },
      }
    case 'read':
      return { name: 'Read', input: { file_path: absolute(step.path) } }
    case 'write':
      return { name: 'Write', input: { file_path: absolute(step.path), content: step.text } }
    case 'edit': {
      const line = firstLine(results.at(-1) ?? '')
      return line === null
        ? null
        : { name: 'Edit', input: { file_path: absolute(step.path), old_string: line, new_string: `${line} (edited)` } }
    }
    case 'question':
      return { name: 'AskUserQuestion', input: { questions: step.many ? demoQuestions : demoQuestions.slice(0, 1) } }
    case 'mcp':
      return { name: `mcp__${step.server}__${step.name}`, input: {} }
    case 'plan':
      return planCall(step.part, planFile)
    case 'agent':
      return {
        name: tools.has('Agent') ? 'Agent' : 'Task',
        input: { description: 'Look around', prompt: step.task, subagent_type: 'general-purpose' },
      }
  }
}

/** Claude Code names the file of a plan in its own words to the model; the model writes it before it proposes the plan. */
function planCall(part: 'enter' | 'write' | 'exit', planFile: string | null): ToolCall | null {
  if (part === 'enter') return { name: 'EnterPlanMode', input: {} }
  if (part === 'exit') return { name: 'ExitPlanMode', input: {} }
  return planFile === null ? null : { name: 'Write', input: { file_path: planFile, content: demoPlan } }
}

/** The first line with words of what Read answered, without its number. */
function firstLine(output: string): string | null {
  for (const line of output.split('\n')) {
    const [, text = ''] = /^\s*\d+(?:\t|→)(.*)$/.exec(line) ?? []
    if (text.trim() !== '') return text
  }
  return null
}
