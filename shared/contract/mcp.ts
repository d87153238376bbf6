import { z } from 'zod'
import { idSchema } from '../domain/common.ts'
import { mcpServerSchema, serverNameSchema } from '../domain/instance.ts'
import {
  foundServerSchema,
  pastedServerSchema,
  pasteFaultSchema,
  savedServerSchema,
  serverFileFaultSchema,
  serverInputSchema,
  serverPatchSchema,
  serverScopeSchema,
  serverTestSchema,
  shownServerSchema,
} from '../domain/mcp-server.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })
const folder = z.string().min(1).max(4_096)

/** MCP servers: those saved here, and those that Claude Code brings along. */
export const mcp = {
  list: call
    .route({
      method: 'GET',
      path: '/mcp/servers',
      summary: 'List saved MCP servers, and with `cwd` those that Claude Code itself has in that folder',
    })
    .input(z.object({ cwd: folder.optional().describe('A folder: also list what Claude Code’s own configuration brings there.') }))
    .output(
      z.object({
        items: z.array(shownServerSchema),
        nextCursor: z.null(),
        found: z.array(foundServerSchema).describe('Read only: from the user’s and the project’s files. Empty without `cwd`.'),
        faults: z.array(serverFileFaultSchema).describe('Files that could not be read.'),
      }),
    ),
  create: call
    .route({ method: 'POST', path: '/mcp/servers', summary: 'Save an MCP server', successStatus: 201 })
    .input(serverInputSchema)
    .output(shownServerSchema),
  update: call
    .route({ method: 'PATCH', path: '/mcp/servers/{id}', summary: 'Change a saved MCP server; instances follow when they are idle' })
    .input(byId.extend(serverPatchSchema.shape))
    .output(shownServerSchema),
  remove: call
    .route({ method: 'DELETE', path: '/mcp/servers/{id}', summary: 'Remove a saved MCP server' })
    .input(
      byId.extend({
        detach: z
          .boolean()
          .default(false)
          .describe('True: also take it out of the instances and profiles that use it; else it is refused.'),
      }),
    )
    .output(z.object({ removed: z.literal(true) })),
  test: call
    .route({
      method: 'POST',
      path: '/mcp/servers/test',
      summary: 'Try a server before it is saved: start or call it, list its tools, and end it',
    })
    .input(
      z.object({
        name: serverNameSchema.default('server'),
        config: mcpServerSchema,
        cwd: folder.optional().describe('Where a program is started; the home folder unless given.'),
        timeoutSeconds: z.int().min(1).max(120).default(30),
      }),
    )
    .output(serverTestSchema),
  read: call
    .route({
      method: 'POST',
      path: '/mcp/servers/read',
      summary: 'Read pasted configuration: `mcpServers`, one server, VS Code’s `servers`, a `claude mcp add` line. Saves nothing',
    })
    .input(z.object({ text: z.string().max(200_000) }))
    .output(z.object({ servers: z.array(pastedServerSchema), faults: z.array(pasteFaultSchema) })),
  copy: call
    .route({
      method: 'POST',
      path: '/mcp/servers/copy',
      summary: 'Save a server that Claude Code’s configuration brings; values that look like keys become secrets',
      successStatus: 201,
    })
    .input(
      z.object({
        cwd: folder,
        name: z.string().min(1).max(200),
        scope: serverScopeSchema,
        file: folder.optional().describe('Which file, where several have one of that name.'),
        as: serverNameSchema.optional().describe('Another name than its own.'),
      }),
    )
    .output(
      z.object({
        server: savedServerSchema,
        secrets: z.array(z.string()),
        notes: z.array(z.string()).describe('What was changed or left out on the way.'),
      }),
    ),
}
