import { serve } from '../threads/serve.ts'
import { findPaths } from './find-paths.ts'
import { FolderIndexes } from './folder-indexes.ts'
import { completionProtocol } from './worker-protocol.ts'

/** The thread that reads folders and looks through their paths: half a million of them must not hold up anything else. */
const indexes = new FolderIndexes()

serve(completionProtocol, {
  calls: {
    find: async ({ cwd, query, limit }) => {
      const index = await indexes.of(cwd)
      const { paths: known, building, whole } = index.state
      return { paths: findPaths(index.table, query, limit), known, building, whole }
    },
  },
  close: () => indexes.close(),
})
