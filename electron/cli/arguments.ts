import { parseArgs } from 'node:util'
import { AppError } from '../../shared/app-error.ts'

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
  | { name: 'help' }
  | { name: 'version' }

export const usage = `Usage: bullpen serve [--port N] [--home DIR] [--demo] [--open] [--allow-host NAME] [--new-token]

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
`

/** Reads the command line. Throws BAD_REQUEST that names what it does not know. */
export function readArguments(args: string[]): Command {
  const { values, positionals } = parse(args)
  if (values.help === true) return { name: 'help' }
  if (values.version === true) return { name: 'version' }
  const [command, ...rest] = positionals
  if (command === undefined) return { name: 'help' }
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
