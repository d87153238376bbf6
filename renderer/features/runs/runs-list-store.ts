import { create } from 'zustand'
import { client } from '../../connection/connection.ts'
import { statesOf, type RunFilter, type RunPages } from '../../state/run-lists.ts'
import { errorWords } from '../../words/error-words.ts'

const pageSize = 200

type RunsList = RunPages & {
  filter: RunFilter
  /** Where the next older ones are. */
  cursor: string | null
  loaded: boolean
  problem: string | null
}

const nothing: Omit<RunsList, 'filter'> = { items: [], hasOlder: false, cursor: null, loaded: false, problem: null }

/** The runs that were read, kept while one looks elsewhere and comes back. */
export const useRunsList = create<RunsList>(() => ({ filter: 'all', ...nothing }))

let generation = 0
let isReading = false

export const runsList = {
  /** Shows those of a filter, from the newest. */
  filter: (filter: RunFilter): void => {
    useRunsList.setState({ filter, ...nothing })
    runsList.refresh()
  },
  /** Reads the newest again. */
  refresh: (): void => {
    generation += 1
    isReading = false
    void read(null)
  },
  /** Reads the next older ones. */
  older: (): void => {
    const { cursor } = useRunsList.getState()
    if (cursor !== null && !isReading) void read(cursor)
  },
}

async function read(cursor: string | null): Promise<void> {
  const asked = generation
  isReading = true
  const states = statesOf(useRunsList.getState().filter)
  try {
    const page = await client.runs.list({
      limit: pageSize,
      ...(states ? { state: [...states] } : {}),
      ...(cursor === null ? {} : { cursor }),
    })
    if (asked !== generation) return
    const before = cursor === null ? [] : useRunsList.getState().items
    useRunsList.setState({
      items: [...before, ...page.items],
      cursor: page.nextCursor,
      hasOlder: page.nextCursor !== null,
      loaded: true,
      problem: null,
    })
  } catch (thrown) {
    if (asked === generation) useRunsList.setState({ problem: errorWords(thrown), loaded: true })
  } finally {
    if (asked === generation) isReading = false
  }
}
