/** Of a plan's text, in pixels. */
export const lineHeight = 20
/** The edge of a box is never met to the pixel. */
const slack = 8

/** Lines between what was seen of a box and its end, at least one when there is anything; all in pixels. */
export function linesBelow(height: number, seen: number, line: number): number {
  const left = height - seen
  return left <= slack ? 0 : Math.max(1, Math.round(left / line))
}
