import { App, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { numberFrom } from './figure.ts'

/** An app on folders of its own that is killed again and again, and what was found wrong with it. */
export class KilledApp {
  readonly folders: AppFolders
  readonly faults: string[] = []
  kills = 0
  /** Says something while the bench runs. */
  readonly note: (text: string) => void
  #app: App | null = null

  constructor(folders: AppFolders, note: (text: string) => void) {
    this.folders = folders
    this.note = note
  }

  readonly report = (fault: string): void => {
    this.faults.push(fault)
    this.note(`kill ${this.kills}: ${fault}`)
  }

  get app(): App {
    if (!this.#app) throw new Error('It has not begun.')
    return this.#app
  }

  /** Starts it, on the same folders every time. */
  async start(): Promise<App> {
    this.#app = await App.start({ folders: this.folders })
    return this.#app
  }

  async kill(): Promise<void> {
    await this.app.kill()
    this.kills += 1
  }

  /** Ends it for good, and removes what it left. */
  async end(): Promise<void> {
    await this.#app?.dispose().catch((thrown: unknown) => this.report(String(thrown)))
    await removeRun(this.folders).catch((thrown: unknown) => this.report(String(thrown)))
  }
}

/** Has `work` kill an app so many times as `BENCH_KILLS` says, 200 unless told; answers what it did. */
export async function withKilledApp<Run>(
  note: (text: string) => void,
  work: (target: KilledApp, kills: number) => Promise<Run>,
): Promise<{ target: KilledApp; run: Run }> {
  const target = new KilledApp(await makeFolders(), note)
  try {
    await target.start()
    return { target, run: await work(target, numberFrom('BENCH_KILLS', 200)) }
  } finally {
    await target.end()
  }
}
