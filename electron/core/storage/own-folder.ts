import { mkdirSync } from 'node:fs'
import { systemCode } from './storage-error.ts'

/**
 * Makes a folder within the data folder unless it is there. Never the data folder itself: one that was moved away would come to be anew, and
 * what is written into it would be lost when the other is put back. Throws what the system says.
 */
export function makeOwnFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown
  }
}
