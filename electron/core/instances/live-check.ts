import { AppError } from '../../../shared/app-error.ts'
import type { ModelInfo } from '../../../shared/domain/claude-info.ts'
import type { LivePatch } from '../../../shared/domain/live.ts'
import type { LiveConfig } from '../claude/launch.ts'

/** What Claude Code resolves by itself, whether it lists it or not. */
const aliases: ReadonlySet<string> = new Set(['default', 'opus', 'sonnet', 'haiku', 'fable', 'best', 'opusplan'])

/** The model of the list that a name stands for; null where it is none of them, or where there is no list. */
export function modelOf(models: readonly ModelInfo[] | null, name: string | undefined): ModelInfo | null {
  const wanted = name ?? 'default'
  const known = models?.find(({ value }) => value === wanted) ?? models?.find(({ resolvedModel }) => resolvedModel === wanted)
  return known ?? null
}

export type LiveCheck = {
  patch: LivePatch
  /** What it would come to. */
  next: LiveConfig
  /** The models of the account; null where they are not known. */
  models: readonly ModelInfo[] | null
  /** What the instance itself is set to is taken as it is. */
  own: LiveConfig
}

/** Throws BAD_REQUEST, with the field and what there is to choose, when what is wanted does not exist for the model or the account. */
export function checkLive({ patch, next, models, own }: LiveCheck): void {
  const model = modelOf(models, next.model)
  const name = model?.displayName ?? next.model ?? 'The default model'
  if (typeof patch.model === 'string' && models !== null && model === null && !aliases.has(patch.model) && patch.model !== own.model)
    throw wrong('model', `There is no model named ${patch.model.slice(0, 100)} for this account.`, {
      models: models.map(({ value }) => value),
    })
  if (model === null) return
  if (patch.effort && !model.efforts.includes(patch.effort))
    throw wrong('effort', `${name} does not have the effort ${patch.effort}.`, { efforts: model.efforts })
  if (patch.fastMode === true && !model.fastMode) throw wrong('fastMode', `${name} does not have fast mode.`)
  if (patch.permissionMode === 'auto' && !model.autoMode) throw noAuto(name, 'permissionMode')
}

/**
 * Throws BAD_REQUEST where an instance is to work in a mode that its model does not have for the account. A model that is not in the list,
 * or no list, says nothing: then Claude Code tells it once it runs.
 */
export function checkOwnMode({ model: name, permissionMode }: LiveConfig, models: readonly ModelInfo[] | null, field: string): void {
  const model = permissionMode === 'auto' ? modelOf(models, name) : null
  if (model !== null && !model.autoMode) throw noAuto(model.displayName, field)
}

function noAuto(name: string, field: string): AppError {
  return wrong(field, `${name} does not have the mode auto.`)
}

function wrong(field: string, message: string, data: Record<string, unknown> = {}): AppError {
  const choose = field === 'model' ? 'Choose one of its models.' : 'Choose another, or another model.'
  return new AppError('BAD_REQUEST', `${message} ${choose} Nothing was changed.`, { data: { field, ...data } })
}
