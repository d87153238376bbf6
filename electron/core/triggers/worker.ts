import { reporter, serve } from '../threads/serve.ts'
import { FolderWatch } from './folder-watch.ts'
import { matchingFiles } from './matching-files.ts'
import { planOf } from './watched-paths.ts'
import { watchProtocol, type FolderChange, type WatchTell } from './worker-protocol.ts'

/** The thread that looks at folders: a large one is read for seconds, and a flood of changes must not hold up anything else. */
const report = reporter(watchProtocol)
const watches = new Map<number, FolderWatch>()

/** Changes are told together that come within so long, but no more than so many. */
const gatherMs = 20
const mostTogether = 1_000

function take(tell: WatchTell): void {
  const { id } = tell
  if (tell.do === 'watch' && !watches.has(id)) watches.set(id, open(tell))
  if (tell.do === 'unwatch') {
    void watches.get(id)?.close()
    watches.delete(id)
  }
}

function open({ id, watched }: WatchTell & { do: 'watch' }): FolderWatch {
  const { folder, isIgnored, told } = planOf(watched)
  let changes: FolderChange[] = []
  const tellAll = (): void => {
    if (changes.length > 0 && watches.has(id)) report({ kind: 'changes', id, changes })
    changes = []
  }
  return new FolderWatch({
    folder,
    isIgnored,
    onChange: ({ path: below, change }) => {
      const path = told(below)
      if (path === null) return
      changes.push({ path, change })
      if (changes.length === 1) setTimeout(tellAll, gatherMs)
      else if (changes.length >= mostTogether) tellAll()
    },
    onReady: () => report({ kind: 'ready', id }),
    onTrouble: (message) => report({ kind: 'trouble', id, message }),
  })
}

serve(watchProtocol, {
  calls: { matching: (on) => matchingFiles(on) },
  tell: take,
  close: async () => {
    await Promise.all([...watches.values()].map((watch) => watch.close()))
  },
})
