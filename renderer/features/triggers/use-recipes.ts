import { useEffect, useState } from 'react'
import type { RecipeEntry } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'

/** The recipes that can be chosen; null until they were read. */
export function useRecipes(): { recipes: readonly RecipeEntry[] | null; problem: string | null } {
  const [state, setState] = useState<{ recipes: readonly RecipeEntry[] | null; problem: string | null }>({ recipes: null, problem: null })
  useEffect(() => {
    let isShown = true
    client.recipes.list({}).then(
      ({ items }) => isShown && setState({ recipes: items, problem: null }),
      (thrown: unknown) => isShown && setState({ recipes: null, problem: errorWords(thrown) }),
    )
    return () => {
      isShown = false
    }
  }, [])
  return state
}
