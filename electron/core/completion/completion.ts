import { join } from 'node:path'
import type { Log } from '../log.ts'
import type { InstanceRoster } from '../pool/instance-roster.ts'
import type { Problems } from '../storage/problems.ts'
import { Commands } from './commands.ts'
import { Files } from './files.ts'

export type CompletionDeps = {
  /** The data folder. */
  folder: string
  instances: InstanceRoster
  /** What is remembered of an instance's commands has changed. */
  onCommands: (instanceId: string) => void
  log: Log
  problems: Problems
}

/** What is offered while somebody writes: commands behind `/`, files behind `@`. */
export class Completion {
  readonly commands: Commands
  readonly files: Files

  constructor({ folder, instances, onCommands, log, problems }: CompletionDeps) {
    this.commands = new Commands({
      folder: join(folder, 'commands'),
      instance: (id) => (instances.has(id) ? { config: instances.get(id), answering: instances.answering(id) } : null),
      controls: (id) => instances.controls(id),
      onChange: onCommands,
      log,
    })
    this.files = new Files({ answering: (cwd) => instances.answeringIn(cwd), log, problems })
  }

  close(): Promise<void> {
    return this.files.close()
  }
}
