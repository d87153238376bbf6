import { z } from 'zod'
import { recipeFaultSchema, recipeGraphSchema, recipeInputSchema } from './recipe.ts'

/** `bullpen`: comes with the app. `home`: in the data folder. `folder`: in `.bullpen/recipes` of a folder of the user's. */
export const recipePlaceSchema = z.enum(['folder', 'home', 'bullpen'])
export type RecipePlace = z.infer<typeof recipePlaceSchema>

/** A recipe as lists show it, also one that cannot be run. */
export const recipeEntrySchema = z.object({
  name: z.string(),
  place: recipePlaceSchema,
  /** Its file; null for those that come with the app. */
  path: z.string().nullable(),
  /** Of its text: whoever saves it says which one was read. */
  revision: z.string(),
  title: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), recipeInputSchema),
  steps: z.int().nonnegative(),
  /** With an error among them it cannot be run. */
  faults: z.array(recipeFaultSchema),
})
export type RecipeEntry = z.infer<typeof recipeEntrySchema>

/** A recipe with its text. */
export const savedRecipeSchema = recipeEntrySchema.extend({ text: z.string(), graph: recipeGraphSchema })
export type SavedRecipe = z.infer<typeof savedRecipeSchema>

/** What is wrong with a text, and what it says as far as it could be read. */
export const recipeCheckSchema = z.object({
  faults: z.array(recipeFaultSchema),
  graph: recipeGraphSchema,
  /** Null where a fault keeps it from being run. */
  recipe: recipeEntrySchema.pick({ name: true, title: true, description: true, inputs: true }).nullable(),
})
export type RecipeCheck = z.infer<typeof recipeCheckSchema>
