import { AppError } from '../../../shared/app-error.ts'
import type { Cipher, KeyStore, SealedFile } from './key-store.ts'
import { runProgram, type Ran } from './run-program.ts'

type SystemOptions = {
  /** Of the user, with their PATH. */
  env: () => Promise<NodeJS.ProcessEnv>
  /** Tells this data folder's secrets from those of another. */
  folderId: () => string
}

/** Where there is none, references to the environment still work. */
export const insteadWords = 'Use ${env:NAME} instead: it is read from the environment Bullpen was started in.'

/** `security` reads so much of a line. */
const longestCommand = 4_000

/** macOS: its keychain, through `security`, which reads its commands from a pipe. */
export class Keychain implements KeyStore {
  readonly kind = 'keychain'
  readonly label = 'macOS Keychain'
  readonly #options: SystemOptions

  constructor(options: SystemOptions) {
    this.#options = options
  }

  async probe(): Promise<string | null> {
    const { exitCode, missing } = await this.#run(['list-keychains'])
    return missing || exitCode !== 0 ? `The macOS Keychain could not be reached. ${insteadWords}` : null
  }

  async get(name: string): Promise<string | null> {
    const ran = await this.#run(['find-generic-password', '-s', 'Bullpen', '-a', this.#account(name), '-w'])
    // 44: there is no such item.
    if (ran.exitCode === 44) return null
    if (ran.exitCode !== 0) throw unreachable(this.label, ran)
    return decoded(ran.stdout)
  }

  async set(name: string, value: string): Promise<void> {
    const command = `add-generic-password -U -s Bullpen -l "Bullpen ${name}" -a ${this.#account(name)} -w ${encoded(value)}\n`
    // The rest of a longer line would be read as a command of its own, and be told as unknown.
    if (Buffer.byteLength(command) > longestCommand)
      throw new AppError(
        'BAD_REQUEST',
        'value: This is too long for the macOS Keychain, which takes about 2,900 characters. Keep it in a file, and its path here.',
        {
          data: { field: 'value' },
        },
      )
    const ran = await this.#run(['-i'], command)
    if (ran.exitCode !== 0 || (await this.get(name)) !== value) throw unreachable(this.label, silent(ran, value))
  }

  async remove(name: string): Promise<void> {
    const ran = await this.#run(['delete-generic-password', '-s', 'Bullpen', '-a', this.#account(name)])
    if (ran.exitCode !== 0 && ran.exitCode !== 44) throw unreachable(this.label, ran)
  }

  #account(name: string): string {
    return `${this.#options.folderId()}/${name}`
  }

  async #run(args: readonly string[], input?: string): Promise<Ran> {
    return runProgram('security', args, await this.#options.env(), input)
  }
}

/** Linux: the Secret Service (GNOME Keyring, KWallet, KeePassXC), through `secret-tool`, which reads the value from a pipe. */
export class SecretService implements KeyStore {
  readonly kind = 'secret-service'
  readonly label = 'system keyring'
  readonly #options: SystemOptions

  constructor(options: SystemOptions) {
    this.#options = options
  }

  async probe(): Promise<string | null> {
    // What is not there ends with 1 and says nothing; a service that is not there is told.
    const ran = await this.#run(['lookup', ...this.#attributes('bullpen-probe')])
    if (ran.missing) return `There is no keyring program here (secret-tool, package libsecret-tools). ${insteadWords}`
    if (ran.exitCode === 0 || (ran.exitCode === 1 && ran.said === '')) return null
    return `The system keyring does not answer${ran.said === '' ? '' : ` (${ran.said})`}. ${insteadWords}`
  }

  async get(name: string): Promise<string | null> {
    const ran = await this.#run(['lookup', ...this.#attributes(name)])
    if (ran.exitCode === 0) return decoded(ran.stdout)
    if (ran.exitCode === 1 && ran.said === '') return null
    throw unreachable(this.label, ran)
  }

  async set(name: string, value: string): Promise<void> {
    const ran = await this.#run(['store', `--label=Bullpen ${name}`, ...this.#attributes(name)], encoded(value))
    if (ran.exitCode !== 0 || (await this.get(name)) !== value) throw unreachable(this.label, silent(ran, value))
  }

  async remove(name: string): Promise<void> {
    const ran = await this.#run(['clear', ...this.#attributes(name)])
    if (ran.exitCode !== 0 && (ran.exitCode !== 1 || ran.said !== '')) throw unreachable(this.label, ran)
  }

  #attributes(name: string): string[] {
    return ['service', 'bullpen', 'folder', this.#options.folderId(), 'name', name]
  }

  async #run(args: readonly string[], input?: string): Promise<Ran> {
    return runProgram('secret-tool', args, await this.#options.env(), input)
  }
}

/** The desktop app: encrypted by the system, kept in the data folder. */
export class SealedStore implements KeyStore {
  readonly kind = 'desktop'
  readonly label = 'system key store'
  readonly #cipher: Cipher
  readonly #file: SealedFile

  constructor(cipher: Cipher, file: SealedFile) {
    this.#cipher = cipher
    this.#file = file
  }

  async probe(): Promise<string | null> {
    const why = await this.#cipher.unavailable().catch(() => 'The system’s key store does not answer.')
    return why === null ? null : `${why} ${insteadWords}`
  }

  async get(name: string): Promise<string | null> {
    const sealed = this.#file.get(name)
    if (sealed === null) return null
    try {
      return await this.#cipher.open(sealed)
    } catch {
      // What was caught may hold what was decrypted.
      throw new AppError('UNAVAILABLE', `The secret ${name} could not be decrypted here. Set it again under Servers & profiles.`)
    }
  }

  async set(name: string, value: string): Promise<void> {
    const why = await this.probe()
    if (why !== null) throw new AppError('UNAVAILABLE', why)
    await this.#file.set(name, await this.#cipher.seal(value))
  }

  remove(name: string): Promise<void> {
    return this.#file.set(name, null)
  }
}

/** A computer without a key store that we know how to use. */
export class NoStore implements KeyStore {
  readonly kind = 'none'
  readonly label = 'none'

  probe(): Promise<string | null> {
    return Promise.resolve(`The desktop app can keep secrets here; this way of running Bullpen cannot. ${insteadWords}`)
  }

  get(): Promise<string | null> {
    return Promise.resolve(null)
  }

  async set(): Promise<void> {
    throw new AppError('UNAVAILABLE', (await this.probe()) ?? '')
  }

  async remove(): Promise<void> {}
}

/** Programs of the system treat bytes and line ends in their own ways. */
function encoded(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64')
}

function decoded(text: string): string {
  return Buffer.from(text.trim(), 'base64').toString('utf8')
}

/** A program may repeat what it was given. */
function silent(ran: Ran, value: string): Ran {
  return ran.said.includes(encoded(value).slice(0, 12)) ? { ...ran, said: '' } : ran
}

function unreachable(label: string, { said, timedOut, missing }: Ran): AppError {
  const why = timedOut ? 'it did not answer within a minute' : missing ? 'its program is gone' : said === '' ? 'it refused' : said
  return new AppError('UNAVAILABLE', `The ${label} could not be used: ${why}. Unlock it, then try again. ${insteadWords}`)
}
