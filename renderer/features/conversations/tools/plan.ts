import { textOf } from '../../../tools/tool-summary.ts'
import type { ToolView } from '../thread-row.ts'

/** The plan of a call that proposed one, and whether the user changed it; null where there was none. */
export function planOf({ input, data, approval }: Pick<ToolView, 'input' | 'data' | 'approval'>): { text: string; edited: boolean } | null {
  const kept = textOf(data ?? {}, 'plan')
  const proposed = approval?.plan ?? textOf(input, 'plan')
  const text = approval?.editedPlan ?? kept ?? proposed
  return text === null ? null : { text, edited: approval?.editedPlan !== undefined || data?.['planWasEdited'] === true }
}
