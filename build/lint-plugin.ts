import path from 'node:path'
import { layerFault } from './layers.ts'

/** The little that this rule uses of ESLint's interface. */
type SourceNode = { type: string; source?: { value?: unknown } | null }
type RuleContext = { filename: string; cwd: string; report(problem: { node: SourceNode; message: string }): void }

const layerRule = {
  create(context: RuleContext) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/')
    const check = (node: SourceNode): void => {
      const specifier = node.source?.value
      if (typeof specifier !== 'string') return
      const fault = layerFault(file, specifier)
      if (fault !== null) context.report({ node, message: fault })
    }
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check }
  },
}

/** Our own lint rule: the layers of build/layers.ts. */
export default { meta: { name: 'bullpen' }, rules: { layers: layerRule } }
