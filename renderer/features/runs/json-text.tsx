import { useMemo } from 'react'
import { CodeBlock } from '../../markdown/code-block.tsx'

/** JSON with a line for each part of it. */
export function JsonText({ value }: { value: unknown }) {
  const code = useMemo(() => JSON.stringify(value, null, 2) ?? 'null', [value])
  return <CodeBlock code={code} language="json" />
}
