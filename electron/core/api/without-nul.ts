import { AppError } from '../../../shared/app-error.ts'

/** No program can be given a NUL character, neither as an argument nor in its environment. Throws BAD_REQUEST that names the field. */
export function withoutNul<T>(config: T): T {
  const field = nulIn(config, [])
  if (field === null) return config
  throw new AppError('BAD_REQUEST', `${field}: It contains a NUL character, which can’t be passed to a program. Remove it.`, {
    data: { field },
  })
}

function nulIn(value: unknown, path: readonly string[]): string | null {
  if (typeof value === 'string') return value.includes('\0') ? path.join('.') : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, item] of Object.entries(value)) {
    if (name.includes('\0')) return path.join('.')
    const found = nulIn(item, [...path, name])
    if (found !== null) return found
  }
  return null
}
