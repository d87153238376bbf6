import { useState } from 'react'
import { effortSchema, type Effort, type ModelInfo } from '../../../shared/domain/claude-info.ts'
import { permissionModeSchema, type PermissionMode } from '../../../shared/domain/instance.ts'
import type { LivePatch } from '../../../shared/domain/live.ts'
import { modelWords } from '../../words/composer-words.ts'
import { effortWords, listedModelWords, modelHint, priceWords } from '../../words/live-words.ts'
import { permissionChoices, permissionWords } from '../../words/permission-modes.ts'
import { AllowEverything } from './allow-everything.tsx'
import { ChoiceMenu, type Choice } from './choice-menu.tsx'

export type LiveMenusProps = {
  models: readonly ModelInfo[]
  /** What was chosen, an instance's own included; undefined: none. */
  chosen: {
    model?: string | undefined
    effort?: Effort | undefined
    fastMode?: boolean | undefined
    permissionMode?: PermissionMode | undefined
  }
  /** What is in force in the process; undefined where that is not known. */
  inForce: LiveMenusProps['chosen']
  choose: (patch: LivePatch) => void
  onOpen: () => void
}

/** Model, effort, speed and permission mode, as menus that act from the next request on. */
export function LiveMenus({ models, chosen, inForce, choose, onOpen }: LiveMenusProps) {
  const [asks, setAsks] = useState(false)
  const model = modelIn(models, chosen.model) ?? modelIn(models, inForce.model)
  return (
    <>
      <ModelMenu models={models} chosen={chosen} inForce={inForce} choose={choose} onOpen={onOpen} />
      <EffortMenu model={model} chosen={chosen} inForce={inForce} choose={choose} onOpen={onOpen} />
      <ModeMenu
        model={model}
        chosen={chosen}
        inForce={inForce}
        choose={(patch) => (patch.permissionMode === 'bypassPermissions' ? setAsks(true) : choose(patch))}
        onOpen={onOpen}
      />
      {asks && <AllowEverything onAllow={() => choose({ permissionMode: 'bypassPermissions' })} onClose={() => setAsks(false)} />}
    </>
  )
}

function ModelMenu({ models, chosen, inForce, choose, onOpen }: LiveMenusProps) {
  const listed = modelIn(models, chosen.model)
  const own = chosen.model !== undefined && listed === null ? [{ value: chosen.model, label: chosen.model }] : []
  const choices = models.map((model): Choice => {
    const price = priceWords(model.price)
    return { value: model.value, label: listedModelWords(model), hints: [modelHint(model), ...(price === null ? [] : [price])] }
  })
  const shown = modelWords(inForce.model) ?? (listed === null ? modelWords(chosen.model) : listedModelWords(listed)) ?? 'Default model'
  return (
    <ChoiceMenu
      name="Model"
      shown={shown}
      choices={[
        ...own,
        ...(choices.length === 0
          ? [{ value: 'default', label: 'Default', hints: ['The list appears once the instance has started.'] }]
          : choices),
      ]}
      value={listed?.value ?? chosen.model ?? 'default'}
      onChoose={(value) => {
        // What the next model does not have would only be refused.
        const keepsSpeed = chosen.fastMode !== true || modelIn(models, value)?.fastMode !== false
        choose({ model: value === 'default' ? null : value, ...(keepsSpeed ? {} : { fastMode: null }) })
      }}
      onOpen={onOpen}
    />
  )
}

type OfModel = Omit<LiveMenusProps, 'models'> & { model: ModelInfo | null }

function EffortMenu({ model, chosen, inForce, choose, onOpen }: OfModel) {
  const efforts = model?.efforts ?? []
  const canBeFast = model?.fastMode === true
  if (efforts.length === 0 && !canBeFast) return null
  const effort = inForce.effort ?? chosen.effort
  const isFast = (inForce.fastMode ?? chosen.fastMode) === true
  const shown = effort === undefined ? 'Default effort' : `${effortWords(effort)} effort`
  const cost = priceWords(model?.fastPrice)
  return (
    <ChoiceMenu
      name="Effort"
      shown={isFast ? `${shown} · Fast` : shown}
      choices={[
        { value: '', label: 'Default', hints: ['Set by the model or your Claude Code settings.'] },
        ...efforts.map((one) => ({ value: one, label: effortWords(one) })),
      ]}
      value={chosen.effort ?? ''}
      onChoose={(value) => choose({ effort: effortSchema.safeParse(value).data ?? null })}
      onOpen={onOpen}
      toggle={
        canBeFast
          ? {
              label: 'Fast mode',
              hint: cost === null ? 'Faster answers at a higher price.' : `Faster answers: ${cost}.`,
              on: isFast,
              onChange: (on) => choose({ fastMode: on ? true : null }),
            }
          : undefined
      }
    />
  )
}

function ModeMenu({ model, chosen, inForce, choose, onOpen }: OfModel) {
  const mode = inForce.permissionMode ?? chosen.permissionMode
  const choices = permissionChoices.map((choice): Choice => {
    const isMissing = choice.value === 'auto' && model !== null && !model.autoMode
    if (choice.value === '') return { value: '', label: 'Instance default', hints: ['Set by the instance or your Claude Code settings.'] }
    return {
      value: choice.value,
      label: choice.label,
      hints: [isMissing ? 'This model doesn’t have it.' : choice.hint],
      disabled: isMissing,
    }
  })
  return (
    <ChoiceMenu
      name="Permission mode"
      shown={permissionWords(mode)}
      choices={choices}
      value={mode ?? ''}
      onChoose={(value) => choose({ permissionMode: permissionModeSchema.safeParse(value).data ?? null })}
      onOpen={onOpen}
    />
  )
}

/** The model of the list that a name stands for; without a name the default one. */
export function modelIn(models: readonly ModelInfo[], name: string | undefined): ModelInfo | null {
  const wanted = name ?? 'default'
  return models.find(({ value }) => value === wanted) ?? models.find(({ resolvedModel }) => resolvedModel === wanted) ?? null
}
