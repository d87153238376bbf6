/** Nothing that is meant is nested deeper, and what goes through a value by calling itself ends long after it. */
export const mostNesting = 1_000

/** Whether a value is nested too deep to be looked through, kept or sent on. */
export function isNestedTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostNesting) return true
    level = level.flatMap(objectsIn)
  }
  return false
}

function objectsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.values(value).filter((inner) => typeof inner === 'object' && inner !== null)
}
