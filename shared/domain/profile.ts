import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { instanceConfigSchema, instancePatchSchema, mcpServerSchema, permissionModeSchema, serverNameSchema } from './instance.ts'

const profileNameSchema = z.string().trim().min(1, 'Enter a name.').max(60, 'A name has at most 60 characters.')
const noteSchema = z.string().trim().max(1_000, 'A description has at most 1,000 characters.')

/** What a profile says about the instances that are made from it. */
export const profileSettingsSchema = instanceConfigSchema
  .omit({ name: true, cwd: true, pinned: true, way: true, fromProfile: true })
  .extend({ cwd: instanceConfigSchema.shape.cwd.optional() })
export type ProfileSettings = z.infer<typeof profileSettingsSchema>

/** Settings from which instances are made in one click. */
export const profileSchema = z.object({
  id: idSchema,
  name: profileNameSchema,
  note: noteSchema.optional(),
  ...profileSettingsSchema.shape,
  /** Goes up with every change of a setting. */
  revision: z.int(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
})
export type Profile = z.infer<typeof profileSchema>

export const shownProfileSchema = profileSchema.extend({
  /** Instances that were made from it. `changed`: the profile has changed since. */
  usedBy: z.array(z.object({ id: idSchema, name: z.string(), changed: z.boolean() })),
  /** What an instance made now would lack: secrets that are not set, servers that are gone. */
  missing: z.array(z.string()),
})
export type ShownProfile = z.infer<typeof shownProfileSchema>

const patchShape = instancePatchSchema.omit({ name: true, cwd: true, pinned: true, way: true }).extend({
  cwd: instanceConfigSchema.shape.cwd.nullable().optional(),
  note: noteSchema.nullable().optional(),
}).shape
export const profilePatchSchema = z.object({ name: profileNameSchema.optional(), ...patchShape })
export type ProfilePatch = z.infer<typeof profilePatchSchema>
/** `instance`: begin with the settings of this one, which counts as made from the profile then. */
export const profileInputSchema = z.object({ name: profileNameSchema, ...patchShape })
export type ProfileInput = z.infer<typeof profileInputSchema>

/** A setting in which an instance and its profile differ. */
export const profileDifferenceSchema = z.object({
  field: z.string(),
  /** The values as they are; a setting that is absent is null. */
  instance: z.unknown(),
  profile: z.unknown(),
  /** Which of both has changed since the instance was made or last took the profile over. */
  changed: z.enum(['profile', 'instance', 'both']),
})
export type ProfileDifference = z.infer<typeof profileDifferenceSchema>

export const profileFormat = 'bullpen-profiles'

export const exportedProfileSchema = z.object({ name: profileNameSchema, note: noteSchema.optional(), ...profileSettingsSchema.shape })

/** A file of profiles, and of the saved servers that they use. It holds references, never the values of secrets. */
export const profileFileSchema = z.object({
  format: z.literal(profileFormat),
  version: z.literal(1),
  exportedAt: timeSchema,
  profiles: z.array(exportedProfileSchema).min(1).max(200),
  servers: z
    .array(z.object({ name: serverNameSchema, note: noteSchema.optional(), config: mcpServerSchema }))
    .max(200)
    .default([]),
})
export type ProfileFile = z.infer<typeof profileFileSchema>

/** What an import does with one entry. `same`: it is here already. `renamed`: the name is taken by another one. */
const importedSchema = z.object({ name: z.string(), as: z.string(), act: z.enum(['add', 'same', 'renamed']) })

/** What an import would do, or has done. */
export const profileImportSchema = z.object({
  done: z.boolean(),
  profiles: z.array(
    importedSchema.extend({
      id: idSchema.optional(),
      /** What an instance made from it may do and starts, for whoever did not write it. */
      permissionMode: permissionModeSchema.optional(),
      allowedTools: z.array(z.string()),
      /** Names of variables. */
      env: z.array(z.string()),
      starts: z.array(z.object({ name: z.string(), runs: z.string() })),
    }),
  ),
  /** With what is started when an instance uses it. */
  servers: z.array(importedSchema.extend({ runs: z.string() })),
  /** What is not here: to be added before instances of these profiles can start. */
  missing: z.array(z.object({ kind: z.enum(['secret', 'environment', 'server', 'folder']), name: z.string(), usedBy: z.string() })),
  /** Entries that were left out, and why. */
  faults: z.array(z.object({ place: z.string(), message: z.string() })),
})
export type ProfileImport = z.infer<typeof profileImportSchema>
