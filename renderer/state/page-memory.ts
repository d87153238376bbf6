import type { z } from 'zod'

/** What the page remembers for the next time, in this browser or window alone. Where that is forbidden, it remembers nothing. */
export function recall<T extends z.ZodType>(key: string, schema: T): z.output<T> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(`bullpen:${key}`) ?? 'null'))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** False where that is forbidden, or where there is no more room. */
export function remember(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(`bullpen:${key}`, JSON.stringify(value))
    return true
  } catch {
    // Then the next start begins with what everybody begins with.
    return false
  }
}

/** Forgets what was remembered. */
export function forget(key: string): void {
  try {
    localStorage.removeItem(`bullpen:${key}`)
  } catch {
    // Nothing was remembered then.
  }
}
