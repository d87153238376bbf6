import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What the command line is built from; packages are in it too. */
export const coreSources = ['electron', 'shared', 'build/electron.vite.config.ts', 'package-lock.json']

/**
 * Whether a built file is there and no source is newer: no file in these folders, nor the folders themselves.
 *
 * @param {string} root
 * @param {{ built: string, sources: readonly string[] }} of both below the root
 * @returns {boolean}
 */
export function isFresh(root, { built, sources }) {
  const made = modifiedAt(join(root, built))
  return made !== null && sources.every((source) => all(join(root, source)).every((path) => (modifiedAt(path) ?? 0) <= made))
}

/** @param {string} path */
function all(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path]
  return [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))]
}

/** @param {string} path */
function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null
}
