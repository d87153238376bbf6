import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, rmdir, statfs } from 'node:fs/promises'
import { closeSync, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A small disk of its own that can be filled and freed. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Null, with the reason printed, where this user may not mount one. */
  static async mount(megabytes: number): Promise<SmallDisk | null> {
    const folder = await mkdtemp(path.join(tmpdir(), 'bullpen-disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
      return new SmallDisk(folder)
    } catch (thrown) {
      await rmdir(folder)
      process.stdout.write(`Not run, as a small disk cannot be mounted here: ${String(thrown)}\n`)
      return null
    }
  }

  /** Fills it to the last byte. */
  fill(): void {
    const file = openSync(path.join(this.folder, 'filler'), 'a')
    const chunk = Buffer.alloc(64 * 1024, 1)
    try {
      for (let size = chunk.length; size >= 1;) {
        try {
          writeSync(file, chunk.subarray(0, size))
        } catch {
          size = Math.floor(size / 2)
        }
      }
    } finally {
      closeSync(file)
    }
  }

  async free(): Promise<void> {
    await rm(path.join(this.folder, 'filler'), { force: true })
  }

  async bytesFree(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  async unmount(): Promise<void> {
    execFileSync('umount', ['-l', this.folder])
    await rmdir(this.folder)
  }
}
