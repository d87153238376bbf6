import { expect, test } from 'vitest'
import type { ModelInfo } from '../../../shared/domain/claude-info.ts'
import { checkOwnMode } from './live-check.ts'

const model = (value: string, autoMode: boolean): ModelInfo => ({
  value,
  resolvedModel: `claude-${value}`,
  displayName: value,
  description: '',
  efforts: [],
  fastMode: false,
  autoMode,
})
const models = [model('default', true), model('haiku', false)]

test('auto is refused for a model that is listed without it, by its alias and by its full name, and for no other', () => {
  for (const name of ['haiku', 'claude-haiku'])
    expect(() => checkOwnMode({ model: name, permissionMode: 'auto' }, models, 'permissionMode')).toThrow(
      'haiku does not have the mode auto.',
    )
  for (const name of [undefined, 'default', 'a-model-that-is-not-listed'])
    expect(() => checkOwnMode({ ...(name === undefined ? {} : { model: name }), permissionMode: 'auto' }, models, 'model')).not.toThrow()
  expect(() => checkOwnMode({ model: 'haiku', permissionMode: 'plan' }, models, 'model')).not.toThrow()
  expect(() => checkOwnMode({ model: 'haiku', permissionMode: 'auto' }, null, 'model')).not.toThrow()
})
