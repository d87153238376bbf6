import { useEffect, useState } from 'react'
import type { BackgroundOutput as Output, BackgroundTask } from '../../../shared/domain/background.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { formatBytes } from '../../words/figures.ts'
import { OutputBox } from './output-box.tsx'

const againMs = 2_000

/** What a command or a monitor has written so far, read again every two seconds while it is open. */
export function BackgroundOutput({ instanceId, task }: { instanceId: string; task: BackgroundTask }) {
  const { output, problem } = useOutput(instanceId, task.id)
  if (problem !== null && output === null)
    return (
      <p role="alert" className="background-doing">
        {problem}
      </p>
    )
  if (output === null) return <p className="background-doing">Loading…</p>
  return (
    <div className="background-output">
      {task.command && <OutputBox text={task.command} label="Command" kind="input" />}
      {output.output === '' ? (
        <p className="background-doing">No output yet</p>
      ) : (
        <OutputBox text={output.output} label="Output" kind="output" />
      )}
      {output.truncated && <p className="background-doing">Last part of {formatBytes(output.totalBytes)}</p>}
    </div>
  )
}

function useOutput(id: string, taskId: string): { output: Output | null; problem: string | null } {
  const [output, setOutput] = useState<Output | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const read = async () => {
      try {
        const next = await client.instances.backgroundOutput({ id, taskId })
        if (!gone) setOutput(next)
      } catch (thrown) {
        if (!gone) setProblem(errorWords(thrown))
      }
      if (!gone) timer = setTimeout(() => void read(), againMs)
    }
    void read()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [id, taskId])
  return { output, problem }
}
