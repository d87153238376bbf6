import { spawnSync } from 'node:child_process'
import path from 'node:path'

/**
 * Checks the types of everything, then of each part with only what is there where it runs: the contract has
 * neither Node nor a page, the core has no page, the renderer has no Node.
 */
const root = path.resolve(import.meta.dirname, '..')
const projects = ['tsconfig.json', 'build/tsconfig.shared.json', 'build/tsconfig.core.json', 'build/tsconfig.renderer.json']
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const failed = projects.filter((project) => {
  const { status } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', project], { cwd: root, stdio: 'inherit' })
  return status !== 0
})
if (failed.length > 0) process.stdout.write(`Types do not hold in ${failed.join(', ')}.\n`)
process.exitCode = failed.length > 0 ? 1 : 0
