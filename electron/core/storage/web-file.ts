import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from './parse-json.ts'

/** What `web.json` of a data folder holds: the token of the web shell, and the port where it was the last time. */
export const webFileSchema = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/), port: z.int().min(1).max(65_535).nullable() })
export type WebFile = z.infer<typeof webFileSchema>

export function webFilePath(dataFolder: string): string {
  return join(dataFolder, 'web.json')
}

/** `text` is null where there is no file that can be read, `found` where it holds something else. */
export async function readWebFile(dataFolder: string): Promise<{ text: string | null; found: WebFile | null }> {
  const text = await readFile(webFilePath(dataFolder), 'utf8').catch(() => null)
  return { text, found: webFileSchema.safeParse(parseJson(text)).data ?? null }
}
