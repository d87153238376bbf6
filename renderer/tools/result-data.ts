import { z } from 'zod'
import type { ToolData } from '../../shared/domain/tool-data.ts'

/** A page that a search has found, or a resource that a server points to. */
export type FoundLink = { title: string; url: string; note: string | null }

const pageSchema = z.object({ title: z.string().catch(''), url: z.string(), snippet: z.string().optional() })
const foundSchema = z.array(z.union([z.string(), z.object({ content: z.array(pageSchema) })]))
const listedSchema = z.array(pageSchema)

/** What a search has found: pages, and what was said about them; null where the result does not say it in a form that is known. */
export function searchOf(data: ToolData | null, output: string | null): { links: FoundLink[]; said: string } | null {
  const found = foundSchema.safeParse(data?.['results']).data ?? listedIn(output ?? '')
  if (found === null) return null
  const links = found.flatMap((one) => (typeof one === 'string' ? [] : one.content.map(pageLink)))
  const said = found.filter((one) => typeof one === 'string').join('\n\n')
  return { links, said }
}

function pageLink({ title, url, snippet }: z.infer<typeof pageSchema>): FoundLink {
  return { title, url, note: snippet ?? null }
}

/** Results from elsewhere have no data beside their text, which lists the pages in one line. */
function listedIn(output: string): z.infer<typeof foundSchema> | null {
  const [line, json = ''] = /^Links: (\[.*\])$/m.exec(output) ?? []
  const content = line === undefined ? undefined : listedSchema.safeParse(jsonOf(json)).data
  if (line === undefined || content === undefined) return null
  const said = output.slice(output.indexOf(line) + line.length).replace(/REMINDER: You MUST include the sources[\s\S]*$/, '')
  return [{ content }, said.trim()]
}

const resourceLinkSchema = z.object({
  uri: z.string(),
  name: z.string().catch(''),
  title: z.string().optional(),
  description: z.string().optional(),
})

/** Resources that an MCP server points to. */
export function resourceLinksOf(data: ToolData | null): FoundLink[] {
  const links = z.array(resourceLinkSchema).safeParse(data?.['resourceLinks']).data ?? []
  return links.map(({ uri, name, title, description }) => ({ title: title ?? name, url: uri, note: description ?? null }))
}

const contentSchema = z.object({
  uri: z.string(),
  mimeType: z.string().optional(),
  text: z.string().optional(),
  blobSavedTo: z.string().optional(),
})
export type ResourceContent = z.infer<typeof contentSchema>

/** The resources that were read of an MCP server; null where the result does not have them. */
export function resourcesOf(data: ToolData | null, output: string | null): ResourceContent[] | null {
  const schema = z.object({ contents: z.array(contentSchema) })
  return (schema.safeParse(data).data ?? schema.safeParse(jsonOf(output ?? '')).data)?.contents ?? null
}

const taskSchema = z.object({
  id: z.string(),
  subject: z.string(),
  description: z.string().optional(),
  status: z.enum(['pending', 'in_progress', 'completed']).catch('pending'),
})
export type ListedTask = z.infer<typeof taskSchema>

/** The entries of Claude's list that a call has told of; null where it told of none. */
export function tasksOf(data: ToolData | null): ListedTask[] | null {
  const tasks = z.array(taskSchema).safeParse(data?.['tasks']).data
  if (tasks) return tasks
  const task = taskSchema.safeParse(data?.['task']).data
  return task ? [task] : null
}

const answeredSchema = z.object({
  answers: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.object({ notes: z.string().optional() })).optional(),
  response: z.string().optional(),
})

/** What Claude Code has kept of the answers to Claude's questions. */
export function answeredOf(data: ToolData | null): z.infer<typeof answeredSchema> {
  return answeredSchema.safeParse(data).data ?? {}
}

/** A text that is written as JSON, as the value; the text itself where it is none or too long to be looked at. */
export function valueOf(text: string): unknown {
  const begins = /^\s*[[{]/.test(text)
  return begins && text.length <= longestJson ? (jsonOf(text) ?? text) : text
}

const longestJson = 300_000

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
