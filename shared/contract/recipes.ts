import { z } from 'zod'
import { mostRecipeChars, recipeFaultSchema, recipeNameSchema } from '../domain/recipe.ts'
import { recipeCheckSchema, recipeEntrySchema, savedRecipeSchema } from '../domain/saved-recipe.ts'
import { call } from './base.ts'

/** More is refused with a fault, not for its length: twice as much is no text of anybody's. */
const textSchema = z.string().max(mostRecipeChars * 2)

const place = {
  folder: z.string().min(1).max(4_000).optional().describe('A folder of yours, by its whole path: recipes in its `.bullpen/recipes`.'),
}
const byName = z.object({ name: recipeNameSchema, ...place })

/** What runs are made from, kept as files that anybody may change. */
export const recipes = {
  list: call
    .route({ method: 'GET', path: '/recipes', summary: 'List recipes by name: your own, and those that come with Bullpen' })
    .input(z.object(place))
    .output(z.object({ items: z.array(recipeEntrySchema), nextCursor: z.null() })),
  create: call
    .route({ method: 'POST', path: '/recipes', summary: 'Save a new recipe, also one with faults', successStatus: 201 })
    .input(z.object({ name: recipeNameSchema.optional().describe('Absent: the one that its text says.'), text: textSchema, ...place }))
    .output(savedRecipeSchema),
  get: call.route({ method: 'GET', path: '/recipes/{name}', summary: 'Read a recipe' }).input(byName).output(savedRecipeSchema),
  /** Refused with STATE_CONFLICT where it was changed or deleted since that revision was read. */
  update: call
    .route({ method: 'PUT', path: '/recipes/{name}', summary: 'Change a recipe' })
    .input(
      byName.extend({
        text: textSchema,
        revision: z.string().max(100).nullable().default(null).describe('Of the recipe that was read before; null: there is none yet.'),
      }),
    )
    .output(savedRecipeSchema),
  remove: call
    .route({ method: 'DELETE', path: '/recipes/{name}', summary: 'Delete a recipe of your own' })
    .input(byName.extend({ revision: z.string().max(100).optional().describe('It is kept where it is another by now.') }))
    .output(z.object({ removed: z.literal(true) })),
  check: call
    .route({ method: 'POST', path: '/recipes/check', summary: 'Say what is wrong with a recipe, by line, and what its steps wait for' })
    .input(z.object({ text: textSchema, ...place }))
    .output(recipeCheckSchema),
  /** Nothing is saved. Faults go by the lines of the Markdown. */
  fromMarkdown: call
    .route({ method: 'POST', path: '/recipes/markdown', summary: 'Make a recipe of a Markdown task file' })
    .input(z.object({ markdown: textSchema }))
    .output(z.object({ text: z.string().nullable(), faults: z.array(recipeFaultSchema) })),
}
