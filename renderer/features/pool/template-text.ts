import type { InstanceTemplate } from '../../../shared/domain/pool.ts'

/** The template with this change; null without a folder, as there is nothing to make an instance in. What is empty is left out. */
export function templateWith(template: InstanceTemplate | null, change: Partial<InstanceTemplate>): InstanceTemplate | null {
  const { cwd = '', ...rest } = { ...template, ...change }
  if (cwd.trim() === '') return null
  const { model, permissionMode, allowedTools, tags, way, ...others } = rest
  return {
    ...others,
    cwd: cwd.trim(),
    ...(model === undefined || model === '' ? {} : { model }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(allowedTools === undefined || allowedTools.length === 0 ? {} : { allowedTools }),
    ...(way === undefined || way === 'pool' ? {} : { way }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
  }
}
