import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What a folder takes on the disk, with all in it. What goes meanwhile counts nothing. */
export async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesOf(path)
    else bytes += await lstat(path).then(sizeOnDisk, () => 0)
  }
  return bytes
}

/** Files of git's own that hold one object each, and packs. */
export async function objectFiles(gitDir: string): Promise<{ loose: number; packs: string[] }> {
  const objects = join(gitDir, 'objects')
  const folders = (await readdir(objects).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name))
  let loose = 0
  for (const folder of folders) loose += (await readdir(join(objects, folder)).catch(() => [])).length
  const packs = (await readdir(join(objects, 'pack')).catch(() => [])).filter((name) => /^pack-[0-9a-f]+\.pack$/.test(name))
  return { loose, packs: packs.map((name) => name.slice(0, -'.pack'.length)) }
}

/** Small files take a whole block; Windows does not say how many. */
function sizeOnDisk({ size, blocks }: { size: number; blocks: number }): number {
  return Math.max(blocks * 512, blocks === 0 ? size : 0)
}
