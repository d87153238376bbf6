import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { z } from 'zod'
import { errorInfoSchema, errorStatus } from '../../shared/app-error.ts'
import { contract } from '../../shared/contract/index.ts'
import * as approval from '../../shared/domain/approval.ts'
import * as attachment from '../../shared/domain/attachment.ts'
import * as changes from '../../shared/domain/changes.ts'
import * as common from '../../shared/domain/common.ts'
import * as conversation from '../../shared/domain/conversation.ts'
import * as draft from '../../shared/domain/draft.ts'
import * as event from '../../shared/domain/event.ts'
import * as health from '../../shared/domain/health.ts'
import * as instance from '../../shared/domain/instance.ts'
import * as library from '../../shared/domain/library.ts'
import * as mcpServer from '../../shared/domain/mcp-server.ts'
import * as message from '../../shared/domain/message.ts'
import * as metrics from '../../shared/domain/metrics.ts'
import * as opener from '../../shared/domain/opener.ts'
import * as pool from '../../shared/domain/pool.ts'
import * as rewind from '../../shared/domain/rewind.ts'
import * as profile from '../../shared/domain/profile.ts'
import * as recipe from '../../shared/domain/recipe.ts'
import * as rule from '../../shared/domain/rule.ts'
import * as run from '../../shared/domain/run.ts'
import * as savedPrompt from '../../shared/domain/saved-prompt.ts'
import * as savedRecipe from '../../shared/domain/saved-recipe.ts'
import * as search from '../../shared/domain/search.ts'
import * as secret from '../../shared/domain/secret.ts'
import * as settings from '../../shared/domain/settings.ts'
import * as shellRun from '../../shared/domain/shell-run.ts'
import * as snapshot from '../../shared/domain/snapshot.ts'
import * as spare from '../../shared/domain/spare.ts'
import * as task from '../../shared/domain/task.ts'
import * as topic from '../../shared/domain/topic.ts'
import * as transfer from '../../shared/domain/transfer.ts'
import * as trigger from '../../shared/domain/trigger.ts'
import * as turn from '../../shared/domain/turn.ts'
import * as vault from '../../shared/domain/vault.ts'
import * as worktree from '../../shared/domain/worktree.ts'
import { hookCall } from './openapi-hook.ts'
import { jsonSchema, operationsOf, readable, sharedParameters, type Json } from './openapi-shape.ts'

const nouns: Readonly<Record<keyof typeof contract, string>> = {
  instances: 'Named, configured Claudes and their life',
  conversations: 'Titled threads of messages',
  asides: 'Side questions about a conversation, which leave no trace in it',
  changes: 'What a conversation changed in its folder, and going back',
  snapshots: 'Folders as they were before and after each turn',
  openers: "Programs of the machine's that show a file or folder",
  drafts: 'What is written and not sent',
  shell: "Command lines of the user's",
  prompts: 'Prompts to use again',
  profiles: 'Settings from which instances are made',
  mcp: 'MCP servers, saved here and found on this computer',
  secrets: 'Names of secrets; their values are never answered',
  approvals: 'What waits for a decision',
  needs: 'All that waits for a person, in instances and in runs',
  recipes: 'What runs are made from',
  rules: 'Decisions about tools that hold until they are revoked',
  runs: 'Several turns made into one piece of work that survives restarts',
  tasks: 'The queue, batches and messages that wait',
  topics: 'Named lines of messages',
  triggers: 'What starts runs by itself: times, files, commits, other runs and calls',
  turns: 'Single prompts and everything until their end',
  library: 'All conversations together',
  pins: 'What is kept at the top of the sidebar',
  pool: 'The instances together, and asking whichever fits best',
  search: 'Full-text search over all messages',
  settings: 'What is set once',
  system: 'The app itself',
  metrics: 'Speed, load, cost and reliability',
  transfer: 'Exports and imports',
  vault: "Copies of Claude Code's own transcripts",
  workers: 'Instances that take from a topic and may answer into another',
  workspace: 'What windows show, so that they come back',
  worktrees: 'Git worktrees that instances work in',
}

const instanceReference = { $ref: '#/components/schemas/InstanceReference' }

/** The contract as an OpenAPI document: shapes that are used more than once stand in it once, as does what every call may fail with. */
export async function openApiDocument(version: string): Promise<Json> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ReferencingConverter()] })
  const document: unknown = await generator.generate(contract, {
    info: { title: 'Bullpen', version, description },
    servers: [{ url: '/api' }],
    tags: Object.entries(nouns).map(([name, words]) => ({ name, description: words })),
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    commonSchemas: namedSchemas(),
    customErrorResponseBodySchema: () => ({ type: 'object' as const }),
  })
  return withShared(readable(document))
}

const description =
  'Every call needs “Authorization: Bearer TOKEN”. A failure answers {code, message, data?}: the code is stable, the message says what to do. ' +
  'A field or parameter that a call does not know is refused with its name and the nearest known one. Where the id of an instance is taken, ' +
  '“@” and its name is too, and in a body “instance” with its name instead of “instanceId”.'

/** An instance is an id or a name, which the schema that checks what is left of it does not say. */
class ReferencingConverter extends ZodToJsonSchemaConverter {
  constructor() {
    super({
      interceptors: [
        (call) =>
          call.options.strategy === 'input' && common.instanceReferences.has(call.schema) ? [true, instanceReference] : call.next(),
      ],
    })
  }
}

/** Every shape that a module of the domain exports: `turnSchema` is `Turn`. */
function namedSchemas(): Record<string, { schema: z.ZodType; strategy: 'output' }> {
  const modules = [
    approval,
    common,
    conversation,
    event,
    health,
    instance,
    library,
    message,
    metrics,
    pool,
    search,
    recipe,
    savedRecipe,
    rule,
    run,
    settings,
    spare,
    task,
    topic,
    trigger,
    transfer,
    turn,
    vault,
    worktree,
    attachment,
    draft,
    savedPrompt,
    shellRun,
    changes,
    rewind,
    opener,
    snapshot,
    mcpServer,
    profile,
    secret,
  ]
  const named = modules.flatMap((module) => Object.entries<unknown>({ ...module }))
  return Object.fromEntries(
    named.flatMap(([name, schema]) => {
      const title = /^(.+)Schema$/.exec(name)?.[1]
      if (title === undefined || !(schema instanceof z.ZodType) || !isShape(schema)) return []
      return [[`${title.charAt(0).toUpperCase()}${title.slice(1)}`, { schema, strategy: 'output' as const }]]
    }),
  )
}

function isShape(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodUnion || schema instanceof z.ZodEnum || schema === common.idSchema
}

function withShared(document: Json): Json {
  const { components = {}, paths = {} } = document
  const own = readable(components)
  const schemas: Json = {
    ...readable(own['schemas'] ?? {}),
    InstanceReference: { type: 'string', description: 'The id of an instance, or “@” and its name.' },
    Error: {
      ...jsonSchema(errorInfoSchema),
      description: `Codes and their status: ${Object.entries(errorStatus)
        .map(([code, status]) => `${code} ${status}`)
        .join(', ')}.`,
    },
  }
  const error = {
    description: 'It was refused, or failed.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }
  const calls = sharedParameters({ ...operationsOf(readable(paths)), '/hooks/{id}': hookCall })
  const shared = {
    ...document,
    paths: calls.paths,
    components: { ...own, schemas, parameters: calls.parameters, responses: { Error: error } },
  }
  return { ...shared, components: { ...shared.components, schemas: usedOf(shared, schemas) } }
}

/** Without shapes that nothing refers to. */
function usedOf(document: Json, schemas: Json): Json {
  const used = new Set<string>()
  const look = (text: string): void => {
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue
      used.add(name)
      look(JSON.stringify(schemas[name] ?? null))
    }
  }
  look(JSON.stringify({ ...document, components: { ...readable(document['components'] ?? {}), schemas: {} } }))
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
}
