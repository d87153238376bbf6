import { cpus } from 'node:os'
import path from 'node:path'
import { coreSources, isFresh } from '../../bin/built.js'
import type { Bench, Figure } from './figure.ts'

const root = path.resolve(import.meta.dirname, '..', '..')

/**
 * `npm run bench [-- NAME…]`: the figures that Bullpen promises, measured on the real `claude` with the demo model. Medians and
 * 95%. Ends with 1 when something was lost or crashed; a figure that is missed is only said.
 */
const benches: Record<string, () => Promise<Bench>> = {
  'first-token': async () => (await import('./first-token.ts')).firstToken,
  stream: async () => (await import('./stream.ts')).stream,
  conversation: async () => (await import('./conversation.ts')).conversation,
  idle: async () => (await import('./idle.ts')).idle,
  fuzz: async () => (await import('./fuzz.ts')).fuzz,
  'heavy-texts': async () => (await import('./heavy-texts.ts')).heavyText,
  'heavy-live': async () => (await import('./heavy-live.ts')).heavyLive,
  'hostile-cards': async () => (await import('./hostile-cards.ts')).hostileCards,
  'metrics-screen': async () => (await import('./metrics-screen.ts')).metricsScreen,
  changes: async () => (await import('./changes.ts')).changes,
  'changes-screen': async () => (await import('./changes-screen.ts')).changesScreen,
  'pool-model': async () => (await import('./pool-model.ts')).poolModel,
  kill: async () => (await import('./kill.ts')).kill,
  'open-questions': async () => (await import('./open-questions.ts')).openQuestions,
  archive: async () => (await import('./archive.ts')).archive,
  start: async () => (await import('./start.ts')).start,
  complete: async () => (await import('./complete.ts')).complete,
  library: async () => (await import('./library.ts')).library,
  workspace: async () => (await import('./workspace.ts')).workspace,
  mutations: async () => (await import('./mutations.ts')).mutations,
  choose: async () => (await import('./choose.ts')).choose,
  spares: async () => (await import('./spares.ts')).spares,
  live: async () => (await import('./live.ts')).live,
  wake: async () => (await import('./wake.ts')).wake,
  queue: async () => (await import('./queue.ts')).queue,
  fairness: async () => (await import('./fairness.ts')).fairness,
  affinity: async () => (await import('./affinity.ts')).affinity,
  budget: async () => (await import('./budget.ts')).budget,
  metrics: async () => (await import('./metrics.ts')).metrics,
  spending: async () => (await import('./spending.ts')).spending,
  failures: async () => (await import('./failures.ts')).failures,
  search: async () => (await import('./search.ts')).search,
  'search-damage': async () => (await import('./search-damage.ts')).searchDamage,
  'search-page': async () => (await import('./search-page.ts')).searchPage,
  import: async () => (await import('./import.ts')).importing,
  'import-cut-off': async () => (await import('./import-cut-off.ts')).importCutOff,
  vault: async () => (await import('./vault.ts')).vault,
  history: async () => (await import('./history.ts')).history,
  snapshots: async () => (await import('./snapshots.ts')).snapshots,
  'snapshot-token': async () => (await import('./snapshots.ts')).snapshotToken,
  'snapshot-kills': async () => (await import('./snapshot-kills.ts')).snapshotKills,
  rewind: async () => (await import('./rewind.ts')).rewind,
  'rewind-claude': async () => (await import('./rewind-claude.ts')).rewindClaude,
  'runs-kill': async () => (await import('./runs-kill.ts')).runsKill,
  'run-steps': async () => (await import('./runs.ts')).runSteps,
  'run-pipelines': async () => (await import('./runs.ts')).runPipelines,
  'run-branches': async () => (await import('./runs.ts')).runBranches,
  'runs-many': async () => (await import('./runs-many.ts')).runsMany,
  'runs-screen': async () => (await import('./runs-screen.ts')).runsScreen,
  'recipe-editor': async () => (await import('./recipe-editor.ts')).recipeEditor,
  topics: async () => (await import('./topics.ts')).topics,
  panes: async () => (await import('./panes.ts')).panes,
  triggers: async () => (await import('./triggers.ts')).triggers,
  'triggers-live': async () => (await import('./triggers-live.ts')).triggersLive,
}

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in benches))
  if (unknown.length > 0) throw new Error(`There is no figure ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  if (!isFresh(root, { built: path.join('out', 'main', 'cli.js'), sources: coreSources }))
    say('The app runs from its sources, which takes longer to start. Run npm run build first to measure what users run.')
  say(`${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}, ${new Date().toISOString()}`)
  say(line('figure', 'measured (median / 95%)', 'wanted', ''))
  for (const [name, load] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue
    for (const figure of await measure(name, await load())) {
      say(line(figure.name, figure.measured, figure.wanted, figure.ok ? 'ok' : 'NOT'))
      if (figure.grave) process.exitCode = 1
    }
  }
}

async function measure(name: string, bench: Bench): Promise<Figure[]> {
  try {
    return await bench((text) => process.stderr.write(`  ${name}: ${text}\n`))
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
    return [{ name, measured: 'could not be measured', wanted: '', ok: false, grave: true }]
  }
}

function line(name: string, measured: string, wanted: string, verdict: string): string {
  return `${name.padEnd(44)} ${measured.padEnd(40)} ${wanted.padEnd(36)} ${verdict}`.trimEnd()
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await main(process.argv.slice(2))
