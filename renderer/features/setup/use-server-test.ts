import { useEffect, useRef, useState } from 'react'
import type { McpServer } from '../../../shared/domain/instance.ts'
import type { ServerTest } from '../../../shared/domain/mcp-server.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'

/** Tries a server, one at a time; an earlier one, and one whose dialog or row goes, is ended. */
export function useServerTest() {
  const [result, setResult] = useState<ServerTest | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const forget = (): void => {
    running.current?.abort()
    running.current = null
    setResult(null)
    setProblem(null)
    setBusy(false)
  }
  const run = async (name: string, config: McpServer): Promise<ServerTest | null> => {
    forget()
    const own = new AbortController()
    running.current = own
    setBusy(true)
    try {
      const tested = await client.mcp.test({ name, config }, { signal: own.signal })
      if (running.current !== own) return null
      setResult(tested)
      return tested
    } catch (thrown) {
      if (running.current === own) setProblem(errorWords(thrown))
      return null
    } finally {
      if (running.current === own) setBusy(false)
    }
  }
  return { result, problem, busy, run, forget }
}
