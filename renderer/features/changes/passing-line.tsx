import { memo } from 'react'
import type { NumberedLine } from '../../tools/diff/diff-rows.ts'
import { foundIn } from '../../tools/diff/line-pieces.ts'
import { LineText } from '../../tools/diff/line-text.tsx'
import { useDiffContext } from './diff-context.ts'

type PassingLineProps = { line: NumberedLine; className: string; numbers: readonly (number | null)[] }

/**
 * A line that is only passed by: its numbers and words, in one element, and neither sign nor colours, as what is drawn in a frame has to be little.
 * Its words stand and break where they will when it is drawn in full.
 */
export const PassingLine = memo(function PassingLine({ line, className, numbers }: PassingLineProps) {
  const { search, digits } = useDiffContext()
  return (
    <div className={`${className} line-passing diff-${line.kind}`} data-kind={line.kind} dir="ltr">
      {`${numbers.map((number) => String(number ?? '').padStart(digits)).join(' ')}   `}
      <LineText text={line.text} found={search === '' ? undefined : foundIn(line.text, search)} />
    </div>
  )
})
