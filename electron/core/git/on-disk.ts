import { join, sep } from 'node:path'

/** Git lists what is there, so nothing leads out of the folder; a name that is no text can only be on a system where bytes are names. */
export function onDisk(folder: string, path: Buffer): string | Buffer {
  const text = path.toString('utf8')
  if (sep === '/') return Buffer.concat([Buffer.from(folder.endsWith(sep) ? folder : `${folder}${sep}`), path])
  return join(folder, text)
}
