import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { dataFolderHolder } from '../../core/storage/data-folder.ts'
import { lastLines } from './last-lines.ts'
import { launchd } from './launchd.ts'
import type { ServiceManager } from './service-spec.ts'
import { systemd } from './systemd.ts'
import { windowsTask } from './windows-task.ts'

/** What `bullpen service …` is asked for. */
export type ServiceCommand = {
  action: 'install' | 'status' | 'logs' | 'uninstall'
  /** The data folder. */
  home: string
  demo: boolean
  port: number
  /** Of `logs`. */
  lines: number
  json: boolean
}

/** The machine that it is done on. */
export type ServiceMachine = {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  userHome: string
  uid: number
  /** What starts Bullpen, before its arguments. */
  program: readonly string[]
  say: (line: string) => void
}

/** Does it, and answers the exit code: 0, or 3 where `status` finds none running. Throws UNAVAILABLE where the system refuses. */
export async function runService(command: ServiceCommand, machine: ServiceMachine): Promise<0 | 3> {
  const manager = managerOf(command, machine)
  switch (command.action) {
    case 'install':
      return install(command, machine, manager)
    case 'uninstall':
      machine.say(
        (await manager.uninstall()) ? `Removed the ${manager.name}. Your conversations are kept.` : 'The service isn’t installed.',
      )
      return 0
    case 'logs':
      for (const line of await lastLines([logOf(command.home), appLogOf(command.home)], command.lines)) machine.say(line)
      return 0
    case 'status':
      return status(command, machine, manager)
  }
}

function managerOf({ home }: ServiceCommand, { platform, env, userHome, uid }: ServiceMachine): ServiceManager {
  if (platform === 'linux') return systemd({ env, userHome })
  if (platform === 'darwin') return launchd({ env, userHome, uid })
  if (platform === 'win32') return windowsTask({ env, home })
  throw new AppError('UNAVAILABLE', `Bullpen has no service for ${platform}. Start it yourself with: bullpen serve`)
}

async function install(command: ServiceCommand, { env, program, say }: ServiceMachine, manager: ServiceManager): Promise<0> {
  const { home, demo, port } = command
  await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 })
  const holder = await dataFolderHolder(home)
  const notes = await manager.install({
    command: [...program, 'serve', '--home', home, ...(port === 0 ? [] : ['--port', String(port)]), ...(demo ? ['--demo'] : [])],
    home,
    env: env['PATH'] === undefined ? {} : { PATH: env['PATH'] },
    logFile: logOf(home),
  })
  say(`Installed: ${manager.name} ${manager.file}`)
  for (const note of notes) say(note)
  if (holder !== null && !(await manager.status()).isRunning)
    say(`Process ${holder.pid} has ${home} now. The service takes over once that has ended.`)
  say('Bullpen keeps running without a window. A window that you open joins it.')
  return 0
}

async function status({ home, json }: ServiceCommand, { say }: ServiceMachine, manager: ServiceManager): Promise<0 | 3> {
  const { isInstalled, isRunning } = await manager.status()
  const holder = await dataFolderHolder(home)
  if (json) say(JSON.stringify({ installed: isInstalled, running: isRunning, pid: holder?.pid ?? null, url: holder?.url ?? null, home }))
  else {
    say(`Service    ${isInstalled ? (isRunning ? 'installed, running' : 'installed, not running') : 'not installed'}`)
    say(`Bullpen    ${holder === null ? 'not running' : `process ${holder.pid}${holder.url === null ? ', a window' : `, ${holder.url}`}`}`)
    say(`Data       ${home}`)
  }
  return isRunning ? 0 : 3
}

/** What the service says at its start and end. */
function logOf(home: string): string {
  return join(home, 'logs', 'service.log')
}

function appLogOf(home: string): string {
  return join(home, 'logs', 'bullpen.log')
}
