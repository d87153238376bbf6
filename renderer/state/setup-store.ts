import { create } from 'zustand'
import type { ShownServer } from '../../shared/domain/mcp-server.ts'
import type { ShownProfile } from '../../shared/domain/profile.ts'
import type { Secrets } from '../../shared/domain/secret.ts'
import { client } from '../connection/connection.ts'

type SetupState = {
  /** By name; null until they were read. */
  profiles: readonly ShownProfile[] | null
  servers: readonly ShownServer[] | null
  secrets: Secrets | null
}

/** Profiles, saved MCP servers and secrets. Profiles and servers are there from the start: menus offer them. */
export const useSetup = create<SetupState>(() => ({ profiles: null, servers: null, secrets: null }))

let reading: Promise<void> = Promise.resolve()

/** Reads them from the core. Rejects when it is not reached. */
export function loadSetup(): Promise<void> {
  reading = reading.catch(() => undefined).then(read)
  return reading
}

async function read(): Promise<void> {
  const [profiles, servers, secrets] = await Promise.all([
    client.profiles.list(),
    client.mcp.list({}),
    useSetup.getState().secrets === null ? null : client.secrets.list(),
  ])
  useSetup.setState((state) => ({ profiles: profiles.items, servers: servers.items, secrets: secrets ?? state.secrets }))
}

/** Secrets too, which are asked for by few screens: a key store may have to be woken for them. Rejects when the core is not reached. */
export async function loadSecrets(): Promise<void> {
  useSetup.setState({ secrets: await client.secrets.list() })
}

/** They have changed: what was read is read again. */
export function setupChanged(): void {
  loadSetup().catch(() => undefined)
}
