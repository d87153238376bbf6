import { expect, it } from 'vitest'
import type { ClaudeEvent } from './claude-event.ts'
import { ServerTroubles } from './server-troubles.ts'

/** What is said of servers as one turn after another lists them. */
async function saidOf(turns: readonly (readonly { name: string; status: string }[])[]): Promise<string[]> {
  const said: string[] = []
  const onEvent = (event: ClaudeEvent) => void (event.type === 'said' && said.push(event.text))
  const troubles = new ServerTroubles({ query: () => null, onEvent })
  for (const servers of turns) {
    troubles.check(servers)
    await troubles.pending
  }
  return said
}

const signIn = 'MCP server notes needs a sign-in. Run claude in a terminal and use /mcp to sign in.'

it('says which MCP servers failed and which want a sign-in; those that are right are not named', async () => {
  const servers = [
    { name: 'notes', status: 'needs-auth' },
    { name: 'files', status: 'connected' },
    { name: 'gone', status: 'failed' },
  ]
  expect(await saidOf([servers])).toEqual(['MCP server failed: gone. Claude works without it.', signIn])
})

it('says it once, and again when it came back', async () => {
  const wants = [{ name: 'notes', status: 'needs-auth' }]
  const right = [{ name: 'notes', status: 'connected' }]
  expect(await saidOf([wants, wants, right, wants])).toEqual([signIn, signIn])
})
