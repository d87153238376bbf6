import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Unit and integration tests: they stand beside the code and start real processes, so few run at a time. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  test: {
    include: ['{shared,electron,renderer,build}/**/*.test.{ts,tsx}', 'e2e/{fixtures,support,electron-stand-in}/**/*.test.ts'],
    environment: 'node',
    setupFiles: [path.resolve(import.meta.dirname, 'leak-check.ts')],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    passWithNoTests: false,
    restoreMocks: true,
    unstubEnvs: true,
  },
})
