import { instanceConfigSchema, type InstanceConfig, type InstancePatch } from '../../../shared/domain/instance.ts'

/** The configuration with the patch's fields in place; `null` clears an optional one. */
export function patchConfig(config: InstanceConfig, patch: InstancePatch): InstanceConfig {
  const merged = new Map<string, unknown>(Object.entries(config))
  for (const [key, value] of Object.entries(patch)) {
    if (!(key in instanceConfigSchema.shape) || value === undefined) continue
    if (value === null) merged.delete(key)
    else merged.set(key, value)
  }
  return instanceConfigSchema.parse(Object.fromEntries(merged))
}
