import path from 'node:path'
import { isBuiltin } from 'node:module'

/** What one part of the house may import, besides its own files. Packages are free unless a part or a package says otherwise. */
type Layer = {
  /** Other parts, by their folder or file. */
  parts: readonly string[]
  /** Only these packages; any when absent. */
  packages?: readonly string[]
  /** Node's own modules; allowed unless false. */
  node?: false
}

const lower = ['shared', 'electron/core/log.ts', 'electron/core/loop-delay.ts', 'electron/core/clock']
const services = [
  ...lower,
  'electron/core/storage',
  'electron/core/events',
  'electron/core/gate',
  'electron/core/settings',
  'electron/core/rules',
  'electron/core/conversations',
  'electron/core/claude',
  'electron/core/instances',
  'electron/core/drafts',
  'electron/core/pins',
  'electron/core/projects',
  'electron/core/prompts',
  'electron/core/workspace',
  'electron/core/shell',
  'electron/core/processes',
  'electron/core/account',
  'electron/core/queue',
  'electron/core/pool',
  'electron/core/asides',
  'electron/core/lookup',
  'electron/core/git',
  'electron/core/snapshots',
  'electron/core/changes',
  'electron/core/openers',
  'electron/core/worktrees',
  'electron/core/vault',
  'electron/core/search',
  'electron/core/library',
  'electron/core/completion',
  'electron/core/transfer',
  'electron/core/metrics',
  'electron/core/recipes',
  'electron/core/runs',
  'electron/core/triggers',
  'electron/core/topics',
  'electron/core/secrets',
  'electron/core/servers',
  'electron/core/profiles',
  'electron/core/health.ts',
  'electron/core/survive.ts',
]
const doors = [...services, 'electron/core/core.ts', 'electron/core/api']

/** What every feature of the renderer stands on. */
const floors = [
  'shared',
  'renderer/connection',
  'renderer/words',
  'renderer/markdown',
  'renderer/state',
  'renderer/ui',
  'renderer/tools',
  'renderer/commands',
]

/** A row for each feature: the floors below it, and the features that it knows. */
function features(known: Readonly<Record<string, readonly string[]>>): Record<string, Layer> {
  return Object.fromEntries(
    Object.entries(known).map(([name, others]) => [
      `renderer/features/${name}`,
      { parts: [...floors, ...others.map((other) => `renderer/features/${other}`)], node: false },
    ]),
  )
}

/**
 * Who may import whom: the house as design and README describe it, and the one place where it is enforced.
 * The longest folder that holds a file is its part. A folder that is not named here may import nothing of ours.
 */
export const layers: Readonly<Record<string, Layer>> = {
  shared: { parts: [], packages: ['zod', '@orpc/contract'], node: false },
  'electron/core/log.ts': { parts: ['shared', 'electron/core/logging'] },
  'electron/core/logging': { parts: [] },
  'electron/core/survive.ts': { parts: ['electron/core/log.ts', 'electron/core/storage', 'electron/core/threads'] },
  'electron/core/loop-delay.ts': { parts: [] },
  'electron/core/clock': { parts: [] },
  'electron/core/storage': { parts: lower },
  'electron/core/events': { parts: lower },
  'electron/core/threads': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/gate': { parts: lower },
  'electron/core/rules': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/settings': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/account': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/conversations': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/drafts': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/pins': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/projects': { parts: lower },
  'electron/core/prompts': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/workspace': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/shell': {
    parts: [...lower, 'electron/core/storage', 'electron/core/conversations', 'electron/core/claude', 'electron/core/drafts'],
  },
  'electron/core/claude': { parts: [...lower, 'electron/core/storage', 'electron/core/projects'] },
  'electron/core/instances': {
    parts: [...lower, 'electron/core/storage', 'electron/core/events', 'electron/core/gate', 'electron/core/rules', 'electron/core/claude'],
  },
  'electron/core/git': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/snapshots': { parts: [...lower, 'electron/core/storage', 'electron/core/git'] },
  'electron/core/openers': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/changes': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/git',
      'electron/core/snapshots',
      'electron/core/conversations',
      'electron/core/pool',
    ],
  },
  'electron/core/processes': { parts: [...lower, 'electron/core/storage', 'electron/core/claude'] },
  'electron/core/queue': { parts: [...lower, 'electron/core/storage', 'electron/core/gate', 'electron/core/conversations'] },
  'electron/core/pool': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/events',
      'electron/core/gate',
      'electron/core/settings',
      'electron/core/rules',
      'electron/core/conversations',
      'electron/core/claude',
      'electron/core/processes',
      'electron/core/instances',
      'electron/core/projects',
      'electron/core/queue',
    ],
  },
  'electron/core/asides': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/events',
      'electron/core/conversations',
      'electron/core/claude',
      'electron/core/instances',
      'electron/core/pool',
    ],
  },
  'electron/core/worktrees': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/git',
      'electron/core/claude',
      'electron/core/conversations',
      'electron/core/shell',
      'electron/core/pool',
    ],
  },
  'electron/core/lookup': {
    parts: [...lower, 'electron/core/storage', 'electron/core/conversations', 'electron/core/queue', 'electron/core/pool'],
  },
  'electron/core/vault': { parts: [...lower, 'electron/core/storage', 'electron/core/threads', 'electron/core/events'] },
  'electron/core/search': {
    parts: [...lower, 'electron/core/storage', 'electron/core/threads', 'electron/core/conversations', 'electron/core/vault'],
  },
  'electron/core/completion': {
    parts: [...lower, 'electron/core/storage', 'electron/core/threads', 'electron/core/claude', 'electron/core/pool'],
  },
  'electron/core/library': {
    parts: [...lower, 'electron/core/storage', 'electron/core/events', 'electron/core/conversations', 'electron/core/vault'],
  },
  'electron/core/transfer': {
    parts: [...lower, 'electron/core/storage', 'electron/core/threads', 'electron/core/conversations', 'electron/core/vault'],
  },
  'electron/core/metrics': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/threads',
      'electron/core/events',
      'electron/core/conversations',
      'electron/core/vault',
    ],
  },
  'electron/core/recipes': { parts: [...lower, 'electron/core/storage', 'electron/core/threads'] },
  'electron/core/runs': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/events',
      'electron/core/conversations',
      'electron/core/queue',
      'electron/core/pool',
      'electron/core/recipes',
    ],
  },
  'electron/core/triggers': {
    parts: [...lower, 'electron/core/storage', 'electron/core/threads', 'electron/core/git', 'electron/core/runs', 'electron/core/recipes'],
  },
  'electron/core/topics': {
    parts: [
      ...lower,
      'electron/core/storage',
      'electron/core/events',
      'electron/core/conversations',
      'electron/core/queue',
      'electron/core/pool',
      'electron/core/recipes',
    ],
  },
  'electron/core/secrets': { parts: [...lower, 'electron/core/storage'] },
  'electron/core/servers': { parts: [...lower, 'electron/core/storage', 'electron/core/claude', 'electron/core/secrets'] },
  'electron/core/profiles': { parts: [...lower, 'electron/core/storage', 'electron/core/secrets', 'electron/core/servers'] },
  'electron/core/health.ts': { parts: services },
  'electron/core/ground.ts': { parts: services },
  'electron/core/compose.ts': { parts: [...services, 'electron/core/ground.ts', 'electron/demo'] },
  'electron/core/compose-history.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-pool.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-files.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-rewinds.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-recipes.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-triggers.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-topics.ts': { parts: [...services, 'electron/core/ground.ts', 'electron/core/compose-pool.ts'] },
  'electron/core/compose-runs.ts': { parts: [...services, 'electron/core/ground.ts', 'electron/core/compose-pool.ts'] },
  'electron/core/compose-setup.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-changes.ts': { parts: [...services, 'electron/core/ground.ts'] },
  'electron/core/compose-writing.ts': { parts: [...services, 'electron/core/ground.ts', 'electron/core/compose-pool.ts'] },
  'electron/core/compose-worktrees.ts': { parts: [...services, 'electron/core/ground.ts', 'electron/core/compose-pool.ts'] },
  'electron/core/core.ts': {
    parts: [
      ...services,
      'electron/core/ground.ts',
      'electron/core/compose.ts',
      'electron/core/compose-history.ts',
      'electron/core/compose-pool.ts',
      'electron/core/compose-files.ts',
      'electron/core/compose-rewinds.ts',
      'electron/core/compose-runs.ts',
      'electron/core/compose-setup.ts',
      'electron/core/compose-recipes.ts',
      'electron/core/compose-topics.ts',
      'electron/core/compose-triggers.ts',
      'electron/core/compose-changes.ts',
      'electron/core/compose-writing.ts',
      'electron/core/compose-worktrees.ts',
    ],
  },
  'electron/core/api': { parts: [...services, 'electron/core/core.ts'] },
  'electron/demo': { parts: ['shared'] },
  'electron/desktop': { parts: doors },
  'electron/web': { parts: doors },
  // The command that opens the web shell has to reach it; the shells themselves never reach each other.
  'electron/cli': { parts: [...doors, 'electron/web', 'bin/node-flags.js'] },
  // The renderer's floors: each imports the ones below it, a feature also the features that its own row names.
  renderer: { parts: ['shared', 'renderer/state', 'renderer/connection', 'renderer/shell', 'renderer/styles'], node: false },
  'renderer/styles': { parts: [], node: false },
  'renderer/connection': { parts: ['shared'], node: false },
  'renderer/words': { parts: ['shared', 'renderer/connection'], node: false },
  'renderer/markdown': { parts: ['shared', 'renderer/words'], node: false },
  'renderer/state': { parts: ['shared', 'renderer/connection', 'renderer/words'], node: false },
  'renderer/ui': { parts: ['shared', 'renderer/state', 'renderer/words'], node: false },
  'renderer/tools': { parts: ['shared', 'renderer/ui', 'renderer/words', 'renderer/markdown'], node: false },
  'renderer/commands': { parts: floors.filter((floor) => floor !== 'renderer/commands'), node: false },
  ...features({
    approvals: ['rules'],
    changes: [],
    composer: [],
    aside: [],
    conversations: ['aside', 'approvals', 'changes', 'composer', 'live', 'search'],
    health: [],
    instances: ['composer', 'conversations', 'live', 'new-conversation', 'worktrees'],
    library: [],
    live: [],
    'new-conversation': ['composer', 'live'],
    metrics: [],
    'needs-you': ['approvals', 'instances', 'runs'],
    palette: [],
    pool: ['instances'],
    recipes: ['instances'],
    rewind: [],
    rules: [],
    runs: [],
    search: [],
    settings: ['health', 'instances'],
    setup: [],
    sidebar: ['live', 'needs-you'],
    start: ['metrics'],
    topics: [],
    transfer: ['instances'],
    triggers: ['instances'],
    vault: ['library'],
    worktrees: [],
  }),
  'renderer/shell': { parts: [...floors, 'renderer/features'], node: false },
}

/** Packages that belong to these parts alone. */
export const owners: Readonly<Record<string, string | readonly string[]>> = {
  electron: 'electron/desktop',
  'electron-store': 'electron/desktop',
  'electron-updater': 'electron/desktop',
  '@anthropic-ai/claude-agent-sdk': 'electron/core/claude',
  // The desktop's main joins a web shell that runs already.
  ws: ['electron/web', 'electron/desktop'],
  react: 'renderer',
  'react-dom': 'renderer',
}

/** Tests may also start the demo model, the misbehaving programs and the helpers, whatever they stand beside. */
const testParts = ['electron/demo', 'e2e']
const testPackages = ['vitest', 'fast-check', '@playwright/test', 'axe-core']
/** These drive or build the whole and may reach all of it. */
const unlayered = ['e2e', 'build', 'bin']

/** Says why `file` may not import `specifier`, or null where it may. `file` is relative to the root, with slashes. */
export function layerFault(file: string, specifier: string): string | null {
  if (unlayered.some((folder) => isInside(file, folder))) return null
  const from = layerOf(file)
  if (from === null) return `${file} is in no layer: name its folder in build/layers.ts.`
  const isTest = /\.test\.tsx?$/.test(file)
  return specifier.startsWith('.') ? partFault(file, from, specifier, isTest) : packageFault(from, specifier, isTest)
}

function partFault(file: string, from: string, specifier: string, isTest: boolean): string | null {
  const target = path.posix.join(path.posix.dirname(file), specifier)
  if (isInside(target, from) && layerOf(target) === from) return null
  const allowed = [...(layers[from]?.parts ?? []), ...(isTest ? testParts : [])]
  const to = layerOf(target) ?? target
  if (allowed.some((part) => to === part || isInside(to, part))) return null
  return `${from} may not import ${to}. It may import: ${allowed.join(', ') || 'nothing of ours'}.`
}

function packageFault(from: string, specifier: string, isTest: boolean): string | null {
  const layer = layers[from]
  if (isBuiltin(specifier)) return layer?.node === false && !isTest ? `${from} runs without Node: it may not import ${specifier}.` : null
  const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? specifier)
  if (isTest && testPackages.includes(name)) return null
  const owner = [owners[name] ?? []].flat()
  if (owner.length > 0 && !owner.some((part) => isInside(from, part))) return `Only ${owner.join(' and ')} imports ${name}.`
  if (layer?.packages && !layer.packages.includes(name)) return `${from} imports no package but ${layer.packages.join(', ')}.`
  return null
}

function layerOf(file: string): string | null {
  const names = Object.keys(layers).filter((name) => isInside(file, name))
  return names.sort((a, b) => b.length - a.length)[0] ?? null
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`)
}
