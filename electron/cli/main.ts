#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiled code is kept beside the packages, so that a later start has nothing to compile. Where nothing can be written, it does without.
const folder = fileURLToPath(new URL('../../node_modules/.cache/bullpen', import.meta.url))
enableCompileCache(folder)
// Threads read it from here.
process.env['NODE_COMPILE_CACHE'] ??= folder
await import('./command.ts')
