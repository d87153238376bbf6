import { useEffect, useRef, useState } from 'react'
import { errorWords } from '../../words/error-words.ts'

/** What a call answered last. While a newer answer is on its way the old one stays, so that nothing flickers. */
export type Loaded<T> = { value: T | null; problem: string | null; /** The answer is not yet to what is asked now. */ busy: boolean }

/**
 * Calls when the key changes. At most one call is on its way: while it is, only the newest of what is asked meanwhile is kept,
 * so a range that is dragged asks as often as answers come and no oftener. A null key asks nothing.
 */
export function useLoaded<T>(key: string | null, load: () => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<{ key: string | null; value: T | null; problem: string | null }>({
    key: null,
    value: null,
    problem: null,
  })
  const asked = useRef<{ key: string; load: () => Promise<T> } | null>(null)
  const running = useRef(false)
  const alive = useRef(false)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  const latest = useRef(load)
  useEffect(() => {
    latest.current = load
  })
  useEffect(() => {
    if (key === null) return
    asked.current = { key, load: latest.current }
    if (running.current) return
    running.current = true
    void (async () => {
      while (asked.current && alive.current) {
        const now = asked.current
        asked.current = null
        try {
          const value = await now.load()
          if (alive.current) setAnswer({ key: now.key, value, problem: null })
        } catch (thrown) {
          const problem = errorWords(thrown)
          if (alive.current) setAnswer((before) => ({ key: now.key, value: before.value, problem }))
        }
      }
      running.current = false
    })()
  }, [key])
  return { value: answer.value, problem: answer.problem, busy: key !== null && answer.key !== key }
}
