import type { Claude } from './claude/claude.ts'
import type { Ground } from './ground.ts'
import type { Pool } from './pool/pool.ts'
import { LaunchSetup } from './profiles/launch-setup.ts'
import { ProfileBook } from './profiles/profile-book.ts'
import { ProfileDesk } from './profiles/profile-desk.ts'
import { SecretDesk } from './profiles/secret-desk.ts'
import { ServerDesk } from './profiles/server-desk.ts'
import { Users, type InstancesPort } from './profiles/users.ts'
import { References } from './secrets/references.ts'
import { SecretBook } from './secrets/secret-book.ts'
import { FoundServers } from './servers/found-servers.ts'
import { SavedServers } from './servers/saved-servers.ts'
import { ServerProbe } from './servers/server-probe.ts'

/** What instances name in their configuration. To be opened before anything is started. */
export type Named = { secrets: SecretBook; references: References; servers: SavedServers; launch: LaunchSetup }

export async function openNamed({ options, watch, late }: Ground): Promise<Named> {
  const { home } = options
  const env = () => late.claude?.inherited() ?? Promise.resolve(options.env)
  const secrets = await SecretBook.open({ home, watch, env, cipher: options.cipher })
  const references = new References({ env, secrets })
  const servers = await SavedServers.open({ home, watch })
  return { secrets, references, servers, launch: new LaunchSetup(servers, references) }
}

/** Saved servers, profiles and secrets for their user. */
export type Setup = { mcp: ServerDesk; profiles: ProfileDesk; secrets: SecretDesk; mask: (text: string) => string }

export async function openSetup(
  { options, closers, events, watch, late }: Ground,
  { secrets, references, servers, launch }: Named,
  { claude, pool }: { claude: Claude; pool: Pool },
): Promise<Setup> {
  const profiles = await ProfileBook.open({ home: options.home, watch })
  const instances: InstancesPort = {
    list: () => pool.instances.list(),
    get: (id) => pool.instances.get(id),
    update: (id, patch) => pool.instances.update(id, patch),
    follow: (ids) => pool.instances.follow(ids),
  }
  const mask = (text: string) => secrets.mask(text)
  const users = new Users({ servers, profiles, instances })
  const onChange = () => events.publish((seq) => ({ type: 'setup', seq }))
  const probe = new ServerProbe({
    records: claude.records,
    version: options.version,
    environment: (cwd, named, marker) => claude.serverEnvironment(cwd, named, marker),
    mask,
  })
  closers.push(() => probe.close())
  const found = new FoundServers(() => claude.files())
  const desk = new ProfileDesk({ profiles, servers, secrets, setup: launch, instances, env: () => claude.inherited(), onChange })
  late.profiles = desk
  return {
    mcp: new ServerDesk({ servers, found, probe, profiles, secrets, references, instances, users, onChange }),
    profiles: desk,
    secrets: new SecretDesk({ secrets, servers, profiles, instances, users, onChange }),
    mask,
  }
}
