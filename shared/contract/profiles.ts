import { z } from 'zod'
import { idSchema, instanceIdSchema } from '../domain/common.ts'
import { instanceSchema } from '../domain/instance.ts'
import {
  profileDifferenceSchema,
  profileFileSchema,
  profileImportSchema,
  profileInputSchema,
  profilePatchSchema,
  shownProfileSchema,
} from '../domain/profile.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })
const ofInstance = z.object({ id: instanceIdSchema })

/** Settings from which instances are made in one click. */
export const profiles = {
  list: call
    .route({ method: 'GET', path: '/profiles', summary: 'List profiles by name' })
    .output(z.object({ items: z.array(shownProfileSchema), nextCursor: z.null() })),
  create: call
    .route({ method: 'POST', path: '/profiles', summary: 'Save a profile', successStatus: 201 })
    .input(
      profileInputSchema.extend({
        instanceId: instanceIdSchema
          .optional()
          .describe('Begin with the settings of this instance, which then counts as made from the profile.'),
      }),
    )
    .output(shownProfileSchema),
  get: call.route({ method: 'GET', path: '/profiles/{id}', summary: 'Read a profile' }).input(byId).output(shownProfileSchema),
  update: call
    .route({ method: 'PATCH', path: '/profiles/{id}', summary: 'Change a profile; null clears. Instances made from it stay as they are' })
    .input(byId.extend(profilePatchSchema.shape))
    .output(shownProfileSchema),
  remove: call
    .route({ method: 'DELETE', path: '/profiles/{id}', summary: 'Remove a profile; instances made from it stay' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
  export: call
    .route({
      method: 'POST',
      path: '/profiles/export',
      summary: 'Profiles with the servers they use as one JSON document, without secrets',
    })
    .input(z.object({ ids: z.array(idSchema).max(200).optional().describe('Only these; all unless given.') }))
    .output(profileFileSchema),
  import: call
    .route({ method: 'POST', path: '/profiles/import', summary: 'Take profiles from such a document; says what is missing here' })
    .input(
      z.object({
        text: z.string().max(5_000_000).describe('The document.'),
        dryRun: z.boolean().default(false).describe('True: only say what would happen.'),
      }),
    )
    .output(profileImportSchema),
  ofInstance: call
    .route({ method: 'GET', path: '/instances/{id}/profile', summary: 'The profile an instance was made from, and where they differ' })
    .input(ofInstance)
    .output(z.object({ profile: shownProfileSchema.nullable(), differences: z.array(profileDifferenceSchema) })),
  takeOver: call
    .route({ method: 'POST', path: '/instances/{id}/profile', summary: 'Give an instance the settings of its profile as they are now' })
    .input(
      ofInstance.extend({
        fields: z.array(z.string()).max(50).optional().describe('Only these settings; unless given, those that the profile has changed.'),
      }),
    )
    .output(instanceSchema),
  leave: call
    .route({ method: 'DELETE', path: '/instances/{id}/profile', summary: 'Forget which profile an instance was made from' })
    .input(ofInstance)
    .output(instanceSchema),
}
