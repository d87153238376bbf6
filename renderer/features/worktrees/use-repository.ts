import { useEffect, useState } from 'react'
import type { RepositoryFacts } from '../../../shared/domain/worktree.ts'
import { client } from '../../connection/connection.ts'

const pauseMs = 250

/** What a folder is to git, a moment after it was last changed; null until that is known. It is asked again when `more` is another one. */
export function useRepository(cwd: string, name = '', branch = '', more = ''): RepositoryFacts | null {
  const [known, setKnown] = useState<{ cwd: string; facts: RepositoryFacts } | null>(null)
  useEffect(() => {
    const end = new AbortController()
    const timer = setTimeout(() => {
      if (cwd.trim() === '') return
      const asked = { cwd, name: name.slice(0, 60), ...(branch.trim() === '' ? {} : { branch: branch.trim() }) }
      client.worktrees.repository(asked, { signal: end.signal }).then(
        (facts) => setKnown({ cwd, facts }),
        () => undefined,
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      end.abort()
    }
  }, [cwd, name, branch, more])
  return known?.cwd === cwd ? known.facts : null
}
