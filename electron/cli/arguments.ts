import { parseArgs } from 'node:util'
import { AppError } from '../../shared/app-error.ts'
import { runDecisions, type RunsCommand } from './runs.ts'
import type { ServiceCommand } from './service/service.ts'

export type Command =
  | {
      name: 'serve'
      port: number
      home: string | null
      demo: boolean
      open: boolean
      /** Makes the token anew, so that nobody who has the old one comes in. */
      newToken: boolean
      /** Names besides those of this machine under which the page may be reached. */
      allowHosts: string[]
    }
  | (Omit<ServiceCommand, 'home'> & { name: 'service'; home: string | null })
  | (Omit<RunsCommand, 'home'> & { name: 'runs'; home: string | null })
  | { name: 'help' }
  | { name: 'version' }

export const usage = `Usage: bullpen serve [--port N] [--home DIR] [--demo] [--open] [--allow-host NAME] [--new-token]
       bullpen service install|status|logs|uninstall [--home DIR] [--port N] [--demo] [--lines N] [--json]
       bullpen runs [answer RUN STEP approve|reject|retry|skip|done [--message TEXT]] [--home DIR] [--json]

Serves Bullpen on this machine and prints one line of JSON when it is ready:
  {"url":"http://127.0.0.1:PORT","token":"…","pid":N}
Open url/#token=… in a browser, or call url/api with "Authorization: Bearer …".

  --port N           port to listen on; default: the last one used, or a free one
  --home DIR         data folder; default: BULLPEN_HOME or the usual place
  --demo             use the demo model instead of Claude
  --open             open the page in the browser
  --allow-host NAME  another host name to answer under, as behind a tunnel or proxy; may be repeated
  --new-token        creates a new token; earlier addresses and sign-ins stop working
  --help, --version

bullpen service keeps a Bullpen without a window running for you, also after you sign in again; a window joins it.

  install            starts it now and at each sign-in (systemd, launchd or Windows task)
  status             whether it runs, and where; exit code 3 when it doesn’t
  logs               the last lines of its logs (--lines N; default 50)
  uninstall          ends it; what you have in the data folder stays

bullpen runs lists the runs that have not ended, with what in them waits for you, and answers it; exit code 3 when no Bullpen can be reached.
`

/** Reads the command line. Throws BAD_REQUEST that names what it does not know. */
export function readArguments(args: string[]): Command {
  const { values, positionals } = parse(args)
  if (values.help === true) return { name: 'help' }
  if (values.version === true) return { name: 'version' }
  const [command, ...rest] = positionals
  if (command === undefined) return { name: 'help' }
  if (command === 'service') return serviceOf(rest, values)
  if (command === 'runs') return runsOf(rest, values)
  if (command !== 'serve' || rest.length > 0) throw unknown(command === 'serve' ? (rest[0] ?? '') : command)
  return {
    name: 'serve',
    port: portOf(values.port),
    home: values.home ?? null,
    demo: values.demo ?? false,
    open: values.open ?? false,
    newToken: values['new-token'] ?? false,
    allowHosts: (values['allow-host'] ?? []).map(hostOf),
  }
}

const actions = ['install', 'status', 'logs', 'uninstall'] as const

function serviceOf([word, ...rest]: string[], values: ReturnType<typeof parse>['values']): Command {
  const action = actions.find((one) => one === word)
  if (word === undefined) throw new AppError('BAD_REQUEST', `bullpen service needs one of: ${actions.join(', ')}.`)
  if (action === undefined || rest.length > 0) throw unknown(rest[0] ?? word)
  return {
    name: 'service',
    action,
    home: values.home ?? null,
    port: portOf(values.port),
    demo: values.demo ?? false,
    lines: linesOf(values.lines),
    json: values.json ?? false,
  }
}

function runsOf([word, runId, stepId, said, ...rest]: string[], values: ReturnType<typeof parse>['values']): Command {
  const { home = null, json = false, message = null } = values
  if (word === undefined) return { name: 'runs', home, json, answer: null }
  const decision = runDecisions.find((one) => one === said)
  if (word !== 'answer' || rest.length > 0) throw unknown(rest[0] ?? word)
  if (runId === undefined || stepId === undefined || decision === undefined)
    throw new AppError('BAD_REQUEST', `bullpen runs answer needs a run, a step, and one of: ${runDecisions.join(', ')}.`)
  return { name: 'runs', home, json, answer: { runId, stepId, decision, message } }
}

function linesOf(text: string | undefined): number {
  if (text === undefined) return 50
  const lines = Number(text)
  if (Number.isInteger(lines) && lines >= 1 && lines <= 10_000) return lines
  throw new AppError('BAD_REQUEST', `“${text}” is no number of lines. Use one from 1 to 10000.`)
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        home: { type: 'string' },
        demo: { type: 'boolean' },
        open: { type: 'boolean' },
        'new-token': { type: 'boolean' },
        'allow-host': { type: 'string', multiple: true },
        lines: { type: 'string' },
        json: { type: 'boolean' },
        message: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    })
  } catch (cause) {
    throw new AppError('BAD_REQUEST', `${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, { cause })
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new AppError('BAD_REQUEST', `“${text}” is not a port. Use a number from 0 to 65535.`)
}

/** A name as it stands in an address, with or without its port. */
function hostOf(text: string): string {
  const [, name] = /^([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::\d{1,5})?$/.exec(text.toLowerCase()) ?? []
  if (name !== undefined) return name
  throw new AppError('BAD_REQUEST', `“${text}” is not a host name. Use one such as bullpen.example.com.`)
}

function unknown(word: string): AppError {
  return new AppError('BAD_REQUEST', `bullpen does not know “${word}”.\n\n${usage}`)
}
