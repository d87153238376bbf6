import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { appEnv, type AppFolders } from './app.ts'

const program = path.resolve(import.meta.dirname, '..', 'fixtures', 'secret-tool.ts')

/** The key store of a run: a `secret-tool` on its PATH that keeps values in a folder. */
export class Keyring {
  readonly folder: string
  readonly #folders: AppFolders

  private constructor(folders: AppFolders) {
    this.#folders = folders
    this.folder = path.join(folders.root, 'keyring')
  }

  static async make(folders: AppFolders): Promise<Keyring> {
    const keyring = new Keyring(folders)
    await mkdir(path.join(keyring.folder, 'bin'), { recursive: true })
    const file = path.join(keyring.folder, 'bin', 'secret-tool')
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
    await chmod(file, 0o755)
    return keyring
  }

  /** What the app's environment has for it. */
  get env(): Record<string, string> {
    const { PATH = '' } = appEnv(this.#folders)
    return { PATH: [path.join(this.folder, 'bin'), PATH].join(path.delimiter), KEYRING: this.folder }
  }

  lock(): Promise<void> {
    return writeFile(path.join(this.folder, 'locked'), '')
  }

  unlock(): Promise<void> {
    return rm(path.join(this.folder, 'locked'), { force: true })
  }
}
