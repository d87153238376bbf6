import { useEffect, useRef, useState } from 'react'
import type { RecipeCheck } from '../../../shared/domain/saved-recipe.ts'
import { client } from '../../connection/connection.ts'
import { NewestCheck } from './newest-check.ts'

/** What is wrong with the text that was checked last; null until one was. */
export function useCheck(): { checked: RecipeCheck | null; check: (text: string) => void } {
  const [checked, setChecked] = useState<RecipeCheck | null>(null)
  const asker = useRef<NewestCheck<RecipeCheck> | null>(null)
  useEffect(
    () => () => {
      asker.current?.close()
      asker.current = null
    },
    [],
  )
  const check = (text: string) => {
    asker.current ??= new NewestCheck(
      (one) => client.recipes.check({ text: one }),
      (answer) => setChecked((last) => withSteps(answer, last)),
    )
    asker.current.ask(text)
  }
  return { checked, check }
}

/** While a text cannot be read at all, its steps stay as they were last. */
function withSteps(answer: RecipeCheck, last: RecipeCheck | null): RecipeCheck {
  const isUnread = answer.graph.nodes.length === 0 && answer.faults.length > 0
  return isUnread && last ? { ...answer, graph: last.graph } : answer
}
