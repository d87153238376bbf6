import { useEffect, useState } from 'react'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { foundIn } from '../../tools/diff/line-pieces.ts'
import { fileDiff } from './file-diffs.ts'

export type SearchState = {
  /** Matches by path, as far as files were read; null while nothing is searched for. */
  counts: ReadonlyMap<string, number> | null
  done: number
  of: number
}

const nothing: SearchState = { counts: null, done: 0, of: 0 }
const pauseMs = 150
const atOnce = 4
/** So much of a task is spent on searching. */
const sliceMs = 8
const shownEveryMs = 100

type Input = { id: string; against: string; whitespace: boolean; files: readonly ChangedFile[] | undefined; text: string }

/** Searches all differences, one file after the other; what was read stays for the next search. */
export function useDiffSearch({ id, against, whitespace, files, text }: Input): SearchState {
  const [state, setState] = useState<SearchState>(nothing)
  const wanted = text.trim() === '' ? '' : text
  useEffect(() => {
    if (wanted === '' || files === undefined) return undefined
    const end = new AbortController()
    const timer = setTimeout(() => void searchAll({ id, against, whitespace, files, text: wanted }, setState, end.signal), pauseMs)
    return () => {
      clearTimeout(timer)
      end.abort()
    }
  }, [id, against, whitespace, files, wanted])
  return wanted === '' ? nothing : state
}

async function searchAll(
  { id, against, whitespace, files = [], text }: Input,
  tell: (state: SearchState) => void,
  signal: AbortSignal,
): Promise<void> {
  const counts = new Map<string, number>()
  let done = 0
  let next = 0
  let toldAt = performance.now()
  const work = async () => {
    for (let file = files[next]; file !== undefined && !signal.aborted; file = files[next]) {
      next += 1
      const count = await countIn({ id, against, whitespace, file }, text, signal)
      if (count > 0) counts.set(file.path, count)
      done += 1
      if (performance.now() - toldAt < shownEveryMs || signal.aborted) continue
      toldAt = performance.now()
      tell({ counts: new Map(counts), done, of: files.length })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (!signal.aborted) tell({ counts, done, of: files.length })
}

async function countIn(query: Parameters<typeof fileDiff>[0], text: string, signal: AbortSignal): Promise<number> {
  // One that cannot be read says so where it is looked at.
  const diff = await fileDiff(query).catch(() => null)
  let count = 0
  let until = performance.now() + sliceMs
  for (const { lines } of diff?.hunks ?? []) {
    for (const line of lines) {
      count += foundIn(line.text, text).length
      if (performance.now() < until) continue
      await new Promise((resolve) => setTimeout(resolve))
      if (signal.aborted) return count
      until = performance.now() + sliceMs
    }
  }
  return count
}
