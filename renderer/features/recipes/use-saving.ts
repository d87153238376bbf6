import { useState } from 'react'
import type { SavedRecipe } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { errorCode, errorWords } from '../../words/error-words.ts'
import { forgetDraft } from './recipe-draft.ts'
import type { useRecipeText } from './use-recipe-text.ts'

/** Saves what is written, under the revision that it was made from. Answers the recipe, or null where it is not saved. */
export function useSaving(name: string | null, recipe: ReturnType<typeof useRecipeText>) {
  const [busy, setBusy] = useState(false)
  const { state, now, set, taken } = recipe
  const asked = async (save: (text: string) => Promise<SavedRecipe>): Promise<SavedRecipe | null> => {
    setBusy(true)
    try {
      const saved = await save(now.current)
      toast(`${saved.name} saved`)
      taken(saved)
      if (saved.name !== name) {
        forgetDraft(name)
        ui.go({ name: 'recipe', recipe: saved.name })
      }
      return saved
    } catch (thrown) {
      if (errorCode(thrown) === 'STATE_CONFLICT' && name !== null) set({ conflict: await newest(name) })
      else set({ problem: errorWords(thrown) })
      return null
    } finally {
      setBusy(false)
    }
  }
  const create = () => asked((text) => client.recipes.create({ text }))
  const over = (saved: SavedRecipe) => asked((text) => client.recipes.update({ name: saved.name, text, revision: saved.revision }))
  return {
    busy,
    save: () => (state.saved ? over(state.saved) : create()),
    /** Although it was changed or deleted meanwhile. */
    saveOver: () => (state.conflict === null || state.conflict === 'gone' ? create() : over(state.conflict)),
    remove: async () => {
      if (!state.saved) return
      try {
        await client.recipes.remove({ name: state.saved.name, revision: state.saved.revision })
        forgetDraft(name)
        toast(`${state.saved.name} deleted`)
        ui.go({ name: 'new-run' })
      } catch (thrown) {
        set({ problem: errorWords(thrown) })
      }
    },
  }
}

async function newest(name: string): Promise<SavedRecipe | 'gone'> {
  return client.recipes.get({ name }).catch(() => 'gone' as const)
}
