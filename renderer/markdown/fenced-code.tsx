import { CodeBlock } from './code-block.tsx'
import { Diagram } from './diagram.tsx'
import { Formula } from './formula.tsx'

type FencedCodeProps = { code: string; language: string; /** It still streams in. */ growing?: boolean }

/** A piece of code; a diagram is drawn once its end has come in. */
export function FencedCode({ code, language, growing = false }: FencedCodeProps) {
  if (language === 'mermaid' && !growing) return <Diagram source={code} />
  if (language === 'math' && !growing) return <Formula source={code} display />
  return <CodeBlock code={code} language={language} growing={growing} />
}
