import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { diagramFrame } from './diagram-frame.ts'

const root = path.resolve(import.meta.dirname, '..')
const out = (name: string) => path.join(root, 'out', name)

// Only so does the desktop shell show a page that is still being written.
if (process.argv.includes('dev')) process.env['BULLPEN_DEV'] = '1'

const bundled = [
  '@orpc/client',
  '@orpc/contract',
  '@orpc/openapi',
  '@orpc/server',
  '@orpc/zod',
  '@prometheus-io/client',
  'chokidar',
  'execa',
  'pidusage',
  'pino',
  'ws',
  'yauzl',
  'yazl',
  'zod',
]

/** What runs as built code: the desktop shell's main and preload, the command line, and the page that both shells show. */
export default defineConfig({
  main: {
    root,
    build: {
      outDir: out('main'),
      // One file is read much sooner than a thousand; what these packages load themselves, in ways a bundler cannot follow, stays outside.
      externalizeDeps: { exclude: bundled },
      lib: {
        entry: {
          desktop: path.join(root, 'electron', 'desktop', 'main.ts'),
          cli: path.join(root, 'electron', 'cli', 'main.ts'),
          page: path.join(root, 'electron', 'cli', 'page.ts'),
          'metrics-worker': path.join(root, 'electron', 'core', 'metrics', 'worker.ts'),
          'vault-worker': path.join(root, 'electron', 'core', 'vault', 'worker.ts'),
          'completion-worker': path.join(root, 'electron', 'core', 'completion', 'worker.ts'),
          'triggers-worker': path.join(root, 'electron', 'core', 'triggers', 'worker.ts'),
          'recipes-worker': path.join(root, 'electron', 'core', 'recipes', 'worker.ts'),
          'transfer-worker': path.join(root, 'electron', 'core', 'transfer', 'worker.ts'),
          // Threads are entries of their own: they are started by the name of their file.
          'search-worker': path.join(root, 'electron', 'core', 'search', 'search-worker.ts'),
        },
        formats: ['es'],
      },
    },
  },
  preload: {
    root,
    build: {
      outDir: out('preload'),
      // A sandboxed preload is one CommonJS file.
      externalizeDeps: false,
      lib: { entry: { preload: path.join(root, 'electron', 'desktop', 'preload.ts') }, formats: ['cjs'] },
      rollupOptions: { external: ['electron'], output: { entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: path.join(root, 'renderer'),
    base: './',
    build: {
      outDir: out('renderer'),
      emptyOutDir: true,
      minify: true,
      // It is read from this machine, not over a network.
      chunkSizeWarningLimit: 5_000,
      // The page's policy allows fonts and images from its own files only.
      assetsInlineLimit: 0,
      rollupOptions: { input: path.join(root, 'renderer', 'index.html') },
    },
    worker: { format: 'es' },
    plugins: [react(), diagramFrame()],
  },
})
