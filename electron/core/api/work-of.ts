import { AppError } from '../../../shared/app-error.ts'
import type { NewInstance } from '../../../shared/domain/recipe.ts'
import { answerCheck } from '../recipes/answer-schema.ts'
import { withoutNul } from './without-nul.ts'

type Said = { new?: NewInstance | undefined; fresh?: boolean | undefined; schema?: Record<string, unknown> | undefined }

/**
 * What a caller says about work, as the queue takes it. Throws BAD_REQUEST for a configuration that no program can be given, and for a
 * schema that is none or that nobody would see to.
 */
export function workOf<T extends Said>({ new: launch, ...work }: T): Omit<T, 'new'> & { launch?: NewInstance } {
  checkSchema(work)
  return { ...work, ...(launch === undefined ? {} : { launch: withoutNul(launch) }) }
}

function checkSchema({ schema, fresh }: Omit<Said, 'new'>): void {
  if (schema === undefined) return
  const fault = answerCheck(schema)
  if (typeof fault === 'string') throw refused(`This is not a JSON Schema: ${fault}`)
  if (fresh !== true) throw refused('Claude Code checks an answer only in a process started for it. Send “fresh”: true too.')
}

function refused(message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'schema' } })
}
