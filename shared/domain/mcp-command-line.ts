import { parseJsonc, JsonFault } from './jsonc.ts'
import { shellWords } from './shell-words.ts'

/** What a line says, not checked yet. */
export type LineServer = { name: string; config: unknown }

const start =
  /^\s*(?:[$>%]\s+)?(?:npx\s+(?:-y\s+)?@anthropic-ai\/claude-code(?:@\S+)?|(?:\S*[\\/])?claude(?:\.exe)?)\s+mcp\s+(add-json|add)\s+/

/** The commands of a text, each with the lines that belong to it. */
export function commandLines(text: string): string[] {
  const commands: string[] = []
  for (const line of text.split('\n'))
    if (commands.length === 0 || start.test(line)) commands.push(line)
    else commands.push(`${commands.pop() ?? ''}\n${line}`)
  return commands
}

/** A `claude mcp add-json …` or `claude mcp add …` line; null: the text is none. Throws JsonFault with the place. */
export function readCommandLine(text: string): LineServer | null {
  const found = start.exec(text)
  if (found === null) return null
  const words = shellWords(text.slice(found[0].length))
  if (words === null) throw new JsonFault(text, text.trimEnd().length, 'A quote in this command is not closed.')
  return found[1] === 'add-json' ? addJson(text, words) : add(text, words)
}

function addJson(text: string, words: readonly string[]): LineServer {
  const [name, json] = withoutFlags(words, new Set(['-s', '--scope']))
  if (name === undefined || json === undefined)
    throw new JsonFault(text, 0, 'A name and the JSON of the server are expected: claude mcp add-json NAME ’{…}’.')
  try {
    return { name, config: parseJsonc(json) }
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown
    throw new JsonFault(text, Math.max(0, text.indexOf('{')), `${thrown.message} (in the JSON: ${thrown.place})`)
  }
}

const ignored: ReadonlySet<string> = new Set(['-s', '--scope', '--client-id', '--callback-port'])

function add(text: string, words: readonly string[]): LineServer {
  const env: [string, string][] = []
  const headers: [string, string][] = []
  const plain: string[] = []
  let transport = 'stdio'
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const [flag = '', inline] = word.startsWith('--') && word.includes('=') ? split(word, '=') : [word]
    const value = () => inline ?? words[(at += 1)] ?? ''
    // Behind the name and the program everything is the program's.
    if (plain.length >= 2 && transport === 'stdio') plain.push(word)
    else if (word === '--') {
      plain.push(...words.slice(at + 1))
      break
    } else if (flag === '-t' || flag === '--transport') transport = value()
    else if (ignored.has(flag)) value()
    else if (flag === '--client-secret') continue
    else if (flag === '-e' || flag === '--env') {
      env.push(split(value(), '='))
      // `-e A=1 B=2`: the flag takes several.
      while (/^[A-Za-z_]\w*=/.test(words[at + 1] ?? '')) env.push(split(words[(at += 1)] ?? '', '='))
    } else if (flag === '-H' || flag === '--header') headers.push(split(value(), ':'))
    else plain.push(word)
  }
  const [name, target, ...args] = plain
  if (name === undefined || target === undefined)
    throw new JsonFault(text, 0, 'A name and a command or an address are expected: claude mcp add NAME -- COMMAND.')
  const isAddress = transport !== 'stdio'
  const own = isAddress
    ? { type: transport, url: target, headers: Object.fromEntries(headers) }
    : { command: target, args, env: Object.fromEntries(env) }
  return { name, config: own }
}

function withoutFlags(words: readonly string[], taking: ReadonlySet<string>): string[] {
  return words.filter((word, at) => !word.startsWith('-') && !taking.has(words[at - 1] ?? ''))
}

function split(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign)
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
