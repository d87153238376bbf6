import { useEffect, useState } from 'react'
import type { FileMatches } from '../../../../shared/domain/completion.ts'
import { client } from '../../../connection/connection.ts'
import { errorWords } from '../../../words/error-words.ts'

const most = 50
/** While a folder is read for the first time. */
const againMs = 400

export type FoundFiles = { cwd: string; query: string; matches: FileMatches | null; problem: string | null }

/** The files that fit what is typed; those of what was typed before until they are there. Null query: nothing is asked. */
export function useFileMatches(cwd: string | null, query: string | null): FoundFiles | null {
  const [found, setFound] = useState<FoundFiles | null>(null)
  useEffect(() => {
    if (cwd === null || query === null) return undefined
    let gone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = () => {
      client.system.files({ cwd, q: query, limit: most }).then(
        (matches) => {
          if (gone) return
          setFound({ cwd, query, matches, problem: null })
          if (matches.building) timer = setTimeout(ask, againMs)
        },
        (thrown: unknown) => gone || setFound({ cwd, query, matches: null, problem: errorWords(thrown) }),
      )
    }
    ask()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [cwd, query])
  return query !== null && found?.cwd === cwd ? found : null
}
