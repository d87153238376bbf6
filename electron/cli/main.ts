#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiled code is kept beside the packages, so that a later start has nothing to compile. Where nothing can be written, it does without.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/bullpen', import.meta.url)))
await import('./command.ts')
