import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { writeFileAtomic } from '../../core/storage/atomic-file.ts'

/** Writes the file that the system reads, then has it read. Where that is refused, what stood there before stands there again. */
export async function orNothing(path: string, text: string | Buffer, read: () => Promise<void>): Promise<void> {
  const before = await readFile(path).catch(() => null)
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomic(path, [Buffer.from(text)])
  try {
    await read()
  } catch (thrown) {
    if (before === null) await rm(path, { force: true })
    else await writeFileAtomic(path, [before])
    const { code, message } = toAppError(thrown)
    throw new AppError(code, `${message}. Nothing was changed. Without the service, start Bullpen with: bullpen serve`, { cause: thrown })
  }
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
