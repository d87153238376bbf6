import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../core/storage/atomic-file.ts'

/** Makes its folder too. */
export async function writeServiceFile(path: string, text: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, typeof text === 'string' ? text : [text])
}

/** Whether it was written and not removed. */
export async function hasServiceFile(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** False where there was none. */
export async function removeServiceFile(path: string): Promise<boolean> {
  const isThere = await hasServiceFile(path)
  await rm(path, { force: true })
  return isThere
}

/** For XML, attributes too. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
