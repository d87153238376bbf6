import { useEffect, useRef, useState } from 'react'
import type { SavedRecipe } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { useRecipes } from '../../state/recipe-store.ts'
import { errorCode, errorWords } from '../../words/error-words.ts'
import { firstText } from './new-recipe.ts'
import { forgetDraft, keepDraft, recallDraft } from './recipe-draft.ts'

export type RecipeText = {
  /** As it is saved; null while there is none. */
  saved: SavedRecipe | null
  /** What the editor begins with; null until it was read. */
  first: string | null
  /** Something is written that is not saved. */
  dirty: boolean
  /** Unsaved words of an earlier time are shown. */
  restored: boolean
  /** It was changed by somebody else meanwhile; `gone`: deleted. */
  conflict: SavedRecipe | 'gone' | null
  problem: string | null
}

const reading: RecipeText = { saved: null, first: null, dirty: false, restored: false, conflict: null, problem: null }
/** Keeping it with every key would hold up the keys. */
const keepMs = 250
const unkept = 'This browser keeps nothing: save before you leave.'

/** A recipe's text as it is written, kept in this browser until it is saved, and told apart from what others save meanwhile. */
export function useRecipeText(name: string | null, replace: (text: string) => void) {
  const [state, setState] = useState<RecipeText>(reading)
  const now = useRef('')
  const changes = useRecipes(({ changes: count }) => count)
  const set = (change: Partial<RecipeText>) => setState((before) => ({ ...before, ...change }))
  const keeper = useKeeper()
  const taken = (saved: SavedRecipe) => {
    keeper.later(null)
    forgetDraft(name)
    set({ saved, dirty: now.current !== saved.text, restored: false, conflict: null, problem: null })
  }
  /** Its editor goes on with what is saved. */
  const useSaved = (saved: SavedRecipe) => {
    now.current = saved.text
    replace(saved.text)
    taken(saved)
  }
  const latest = useRef({ state, useSaved })
  useEffect(() => {
    latest.current = { state, useSaved }
  })
  useEffect(() => {
    let isHere = true
    const shown = () => latest.current.state
    const begin = (change: Partial<RecipeText> & { first: string }) => {
      now.current = change.first
      setState({ ...reading, ...change })
    }
    const draft = recallDraft(name)
    const found = (saved: SavedRecipe) => {
      if (shown().first === null) return begin(begun(saved, draft))
      if (shown().saved?.revision === saved.revision) return undefined
      return shown().dirty ? setState((before) => ({ ...before, conflict: saved })) : latest.current.useSaved(saved)
    }
    const failed = (thrown: unknown) => {
      const isGone = errorCode(thrown) === 'NOT_FOUND'
      if (isGone && shown().first !== null) setState((before) => ({ ...before, conflict: 'gone' }))
      else if (isGone && draft) begin({ first: draft.text, dirty: true, restored: true, conflict: 'gone' })
      else if (shown().first === null) setState({ ...reading, problem: errorWords(thrown) })
    }
    if (name === null) {
      if (shown().first === null) begin({ first: draft?.text ?? firstText, dirty: draft !== null, restored: draft !== null })
    } else
      client.recipes.get({ name }).then(
        (saved) => isHere && found(saved),
        (thrown: unknown) => isHere && failed(thrown),
      )
    return () => {
      isHere = false
    }
  }, [name, changes])
  return {
    state,
    now,
    set,
    taken,
    useSaved,
    write: (text: string) => {
      now.current = text
      const dirty = text !== state.saved?.text
      keeper.later(() => {
        if (!dirty) forgetDraft(name)
        else if (!keepDraft(name, { text, revision: state.saved?.revision ?? null })) set({ problem: unkept })
      })
      if (dirty !== state.dirty) set({ dirty })
    },
  }
}

/** Does the last thing it was given a moment later, and at once when the page or the screen goes. */
function useKeeper() {
  const kept = useRef<{ act: (() => void) | null; timer: ReturnType<typeof setTimeout> | undefined }>({ act: null, timer: undefined })
  const [keeper] = useState(() => {
    const now = () => {
      clearTimeout(kept.current.timer)
      const { act } = kept.current
      kept.current = { act: null, timer: undefined }
      act?.()
    }
    const later = (act: (() => void) | null) => {
      clearTimeout(kept.current.timer)
      kept.current = { act, timer: act ? setTimeout(now, keepMs) : undefined }
    }
    return { now, later }
  })
  useEffect(() => {
    addEventListener('pagehide', keeper.now)
    return () => {
      removeEventListener('pagehide', keeper.now)
      keeper.now()
    }
  }, [keeper])
  return keeper
}

function begun(saved: SavedRecipe, draft: { text: string; revision: string | null } | null): Partial<RecipeText> & { first: string } {
  if (!draft || draft.text === saved.text) return { saved, first: saved.text }
  return { saved, first: draft.text, dirty: true, restored: true, conflict: draft.revision === saved.revision ? null : saved }
}
