import { useEffect, useState } from 'react'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import { changedFiles, type ChangedFile } from './changed-files.ts'

/** So much of a task is spent on comparing. */
const sliceMs = 8

/** The changed files, latest change first, as far as they have been compared: a hundred large changes do not hold the page. */
export function useChangedFiles(messages: readonly Message[], tools: ReadonlyMap<string, ToolCall>): readonly ChangedFile[] {
  const [files, setFiles] = useState<readonly ChangedFile[]>([])
  useEffect(() => {
    const steps = changedFiles(messages, tools)
    let timer: ReturnType<typeof setTimeout> | undefined
    const compare = (): void => {
      for (const until = performance.now() + sliceMs; performance.now() < until;) {
        const step = steps.next()
        if (!step.done) continue
        setFiles(step.value.toReversed())
        return
      }
      timer = setTimeout(compare)
    }
    compare()
    return () => clearTimeout(timer)
  }, [messages, tools])
  return files
}
