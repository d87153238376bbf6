import { create } from 'zustand'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { keepDraft, recallDraft } from './recipe-draft.ts'

/** What a new recipe was made from, and what of it was left out. */
export const useTaskFile = create<{ file: { name: string; faults: readonly RecipeFault[] } | null }>(() => ({ file: null }))

export const firstText = `recipe: my-recipe
title: My recipe
inputs:
  folder: { type: folder, label: Folder }
with: { new: { cwd: "{{ inputs.folder }}" } }
steps:
  - id: first
    ask: Say what is to be done.
`

/** Opens the editor with a recipe that is not saved yet; says so where another one is there already. */
export function editNew(text: string, file: { name: string; faults: readonly RecipeFault[] } | null = null): void {
  if (recallDraft(null)) {
    toast('You have a new recipe that isn’t saved. Save or discard it first.', 'error', null, {
      label: 'Open it',
      run: () => ui.go({ name: 'recipe', recipe: null }),
    })
    return
  }
  keepDraft(null, { text, revision: null })
  useTaskFile.setState({ file })
  ui.go({ name: 'recipe', recipe: null })
}
