import { useEffect, useState } from 'react'
import { errorWords } from '../../words/error-words.ts'

export type Answered<T> = { value: T | null; problem: string | null }

const pauseMs = 250

/** What the core says of something that is being typed: asked when the typing pauses, and the newest answer counts. `key` null: nothing is asked. */
export function useAnswer<T>(key: string | null, ask: () => Promise<T>): Answered<T> {
  const [answer, setAnswer] = useState<Answered<T> & { key: string | null }>({ key: null, value: null, problem: null })
  useEffect(() => {
    if (key === null) return undefined
    let isNewest = true
    const timer = setTimeout(() => {
      ask().then(
        (value) => isNewest && setAnswer({ key, value, problem: null }),
        (thrown: unknown) => isNewest && setAnswer({ key, value: null, problem: errorWords(thrown) }),
      )
    }, pauseMs)
    return () => {
      isNewest = false
      clearTimeout(timer)
    }
    // What is asked is all in the key.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  // Until the next answer the last one stays, unless it was a fault of what is not there any more.
  if (key === null) return { value: null, problem: null }
  return answer.key === key ? answer : { value: answer.value, problem: null }
}
