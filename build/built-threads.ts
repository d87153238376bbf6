import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'
import { coreSources, isFresh } from '../bin/built.js'

const root = path.resolve(import.meta.dirname, '..')
const chosen = path.join(root, 'electron', 'core', 'threads', 'worker-file.ts')
const built = path.join('out', 'main', 'search-worker.js')

/**
 * Lets a core of a test start the threads that users have: what is built, where no source is newer, which loads in half the time of
 * the sources.
 */
export function builtThreads(): Plugin {
  const folder = `${pathToFileURL(path.join(root, path.dirname(built))).href}/`
  return {
    name: 'built-threads',
    enforce: 'pre',
    load(id) {
      if (path.normalize(id) !== chosen || !isFresh(root, { built, sources: coreSources })) return null
      return `export const workerFile = (here, source, built) => new URL(built + '.js', ${JSON.stringify(folder)})`
    },
  }
}
