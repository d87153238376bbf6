import { join } from 'node:path'
import type { PoolEvent } from '../../../shared/domain/event.ts'
import { fillReferences, referencesIn } from '../../../shared/domain/reference.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Log } from '../log.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { Vault, type VaultOptions } from './vault.ts'
import { VaultRoots } from './vault-roots.ts'

export type OpenVault = {
  /** The data folder. */
  home: string
  /** Where the user's own Claude Code keeps its things. */
  config: string
  owners: VaultOptions['owners']
  originOf: VaultOptions['originOf']
  events: EventLog<PoolEvent>
  watch: StoreWatch
  /** Called when sessions have come or changed. */
  onChange: () => void
  log: Log
}

/** Reads the histories of the user's own Claude Code, of the demo model and of instances that have their own; tells everybody how it goes. */
export async function openVault({ home, config, owners, originOf, events, watch, onChange, log }: OpenVault): Promise<Vault> {
  const usual = [
    { name: 'claude', config },
    { name: 'demo', config: join(home, 'demo', '.claude') },
  ]
  const warn = warnings(events)
  const roots = await VaultRoots.open(join(home, 'vault'), usual, watch)
  const onStatus: VaultOptions['onStatus'] = (status, listChanged) => {
    events.publish((seq) => ({ type: 'vault', seq, vault: status }))
    warn(status.scan.problem)
    if (listChanged) onChange()
  }
  return new Vault({ folder: home, roots, owners, originOf, onStatus, log, problems: watch.problems })
}

/** Follows the histories of instances that have a Claude Code folder of their own. Never rejects. */
export async function followInstances(
  vault: Vault,
  { instances }: { instances: readonly { config: { env: Record<string, string> } }[] },
  inherited: () => Promise<NodeJS.ProcessEnv>,
  log: Log,
): Promise<void> {
  try {
    const places = instances.flatMap(({ config: { env } }) => [env['CLAUDE_CONFIG_DIR'] ?? '', env['HOME'] ?? ''])
    // What the user's profile sets may take a while to be known.
    const outer = places.some((place) => referencesIn(place).length > 0) ? await inherited() : {}
    await vault.follow(instances.flatMap(({ config }) => ownFolder(config.env, outer) ?? []))
  } catch (thrown) {
    log.warn({ err: thrown }, 'the histories of instances are not followed')
  }
}

/** Where a Claude Code with these variables keeps its things, when they say so. */
export function ownFolder({ CLAUDE_CONFIG_DIR: config, HOME: home }: Record<string, string>, outer: NodeJS.ProcessEnv): string | undefined {
  const named = filled(config ?? home ?? '', outer)
  if (named === '') return undefined
  return config === undefined ? join(named, '.claude') : named
}

/** Empty where it refers to what is not there, or to a secret: no folder is one. */
function filled(text: string, outer: NodeJS.ProcessEnv): string {
  const isThere = referencesIn(text).every(({ kind, name, fallback }) => kind === 'env' && (outer[name] !== undefined || fallback !== null))
  return isThere ? fillReferences(text, ({ name, fallback }) => outer[name] ?? fallback ?? '') : ''
}

/** Says once what keeps the vault from keeping everything, wherever the user is. */
function warnings(events: EventLog<PoolEvent>): (problem: string | null) => void {
  let told: string | null = null
  return (problem) => {
    if (problem === told) return
    told = problem
    if (problem === null) return
    const notice = { level: 'warning' as const, code: 'VAULT_INCOMPLETE', message: problem, instanceId: null, conversationId: null }
    events.publish((seq) => ({ type: 'notice', seq, notice: { ...notice, at: new Date().toISOString() } }))
  }
}
