import { useRef, useState } from 'react'
import type { McpServer } from '../../../shared/domain/instance.ts'
import type { ServerTest } from '../../../shared/domain/mcp-server.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'

/** Tries a server, one at a time; what is told of an earlier one is dropped. */
export function useServerTest() {
  const [result, setResult] = useState<ServerTest | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const latest = useRef(0)
  const forget = (): void => {
    latest.current += 1
    setResult(null)
    setProblem(null)
    setBusy(false)
  }
  const run = async (name: string, config: McpServer): Promise<ServerTest | null> => {
    forget()
    const own = latest.current
    setBusy(true)
    try {
      const tested = await client.mcp.test({ name, config })
      if (latest.current !== own) return null
      setResult(tested)
      return tested
    } catch (thrown) {
      if (latest.current === own) setProblem(errorWords(thrown))
      return null
    } finally {
      if (latest.current === own) setBusy(false)
    }
  }
  return { result, problem, busy, run, forget }
}
