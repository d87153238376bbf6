import { join } from 'node:path'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { budgetFileSchema } from './budgets.ts'
import { Metrics, type MetricsOptions } from './metrics.ts'
import { ScrapeServer } from './scrape-server.ts'
import { ScrapeToken } from './scrape-token.ts'

export type OpenMetricsOptions = Omit<MetricsOptions, 'folders' | 'budgets' | 'scrapeToken'> & {
  /** The data folder. */
  home: string
  watch: StoreWatch
  /** Where the desktop shell serves `/metrics`; null: nowhere. */
  scrapePort: () => number | null
}

export type OpenedMetrics = {
  metrics: Metrics
  /** To be called when the settings have changed. */
  follow: () => void
  close: () => Promise<void>
}

/** The figures with their files: `metrics` can be made again; `samples`, `spent.jsonl`, `incidents.jsonl`, `run-figures.jsonl`, `budgets.json` and `metrics-token` cannot. */
export async function openMetrics({ home, watch, scrapePort, ...options }: OpenMetricsOptions): Promise<OpenedMetrics> {
  const budgets = await JsonStore.open({
    path: join(home, 'budgets.json'),
    schema: budgetFileSchema,
    fallback: budgetFileSchema.parse({}),
    holds: 'your budgets',
    watch,
  })
  const folders = {
    folder: join(home, 'metrics'),
    samplesFolder: join(home, 'samples'),
    spentPath: join(home, 'spent.jsonl'),
    incidentsPath: join(home, 'incidents.jsonl'),
    runsPath: join(home, 'run-figures.jsonl'),
  }
  const scrapeToken = await ScrapeToken.open(home)
  const metrics = new Metrics({ ...options, problems: watch.problems, folders, budgets, scrapeToken })
  const server = new ScrapeServer({ port: scrapePort, token: scrapeToken, text: () => metrics.prometheus(), log: options.log })
  return {
    metrics,
    follow: () => server.follow(),
    close: async () => {
      await server.close()
      await metrics.close()
    },
  }
}
