import { create } from 'zustand'
import type { RecipeEntry } from '../../shared/domain/saved-recipe.ts'
import { client } from '../connection/connection.ts'

export type RecipesState = {
  /** By name; null until they were asked for. */
  recipes: readonly RecipeEntry[] | null
  /** Counts how often they have changed: who shows one reads it again. */
  changes: number
}

export const useRecipes = create<RecipesState>(() => ({ recipes: null, changes: 0 }))

/** Reads them from the core. Rejects when it is not reached. */
export async function loadRecipes(): Promise<void> {
  const { items } = await client.recipes.list({})
  useRecipes.setState({ recipes: items })
}

/** They have changed: those that were asked for are read again. */
export function recipesChanged(): void {
  useRecipes.setState(({ changes }) => ({ changes: changes + 1 }))
  if (useRecipes.getState().recipes !== null) loadRecipes().catch(() => undefined)
}
