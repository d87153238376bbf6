import { readFile } from 'node:fs/promises'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'vite'

const folder = path.resolve(import.meta.dirname, '..', 'renderer', 'diagram')
const types: Record<string, string> = { 'index.html': 'text/html', 'frame.js': 'text/javascript', 'mermaid.js': 'text/javascript' }

/**
 * The frame that diagrams are drawn in, as three plain files under `diagram/`: it has no origin, so it can load no modules, and none of it is
 * in the page's own scripts.
 */
export function diagramFrame(): Plugin {
  return {
    name: 'diagram-frame',
    async generateBundle() {
      for (const name of Object.keys(types)) this.emitFile({ type: 'asset', fileName: `diagram/${name}`, source: await fileOf(name) })
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = /^\/diagram\/([\w.]+)$/.exec(request.url ?? '')?.[1] ?? ''
        const type = types[name]
        if (type === undefined) return next()
        response.setHeader('content-type', type)
        response.setHeader('cross-origin-resource-policy', 'cross-origin')
        fileOf(name).then((text) => response.end(text), next)
      })
    },
  }
}

async function fileOf(name: string): Promise<string> {
  if (name === 'mermaid.js') return readFile(createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js'), 'utf8')
  if (name === 'index.html') return readFile(path.join(folder, name), 'utf8')
  return stripTypeScriptTypes(await readFile(path.join(folder, 'frame.ts'), 'utf8'))
}
