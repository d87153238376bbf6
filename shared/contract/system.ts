import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { accountSchema } from '../domain/account.ts'
import { pageOf } from '../domain/common.ts'
import { fileMatchesSchema, mentionStateSchema } from '../domain/completion.ts'
import { poolEventSchema } from '../domain/event.ts'
import { healthSchema } from '../domain/health.ts'
import { folderSchema as projectFolderSchema, mostFolders, projectSchema } from '../domain/project.ts'
import { call } from './base.ts'

const folderSchema = z.object({ path: z.string(), name: z.string() })

/** The app itself: how it is, what changes, and which folders there are. */
export const system = {
  health: call.route({ method: 'GET', path: '/health', summary: 'Version, claude and how the app is' }).output(healthSchema),
  /** Looks for `claude` and its login again. */
  check: call.route({ method: 'POST', path: '/health/check', summary: 'Look for claude and its login again' }).output(healthSchema),
  /** Puts away what there is nothing to do about but to read it: see `problems` in the health. */
  dismissProblem: call
    .route({ method: 'POST', path: '/health/dismiss', summary: 'Dismiss a problem that was read' })
    .input(z.object({ id: z.string().max(4_096) }))
    .output(healthSchema),
  /** As Claude Code said last: asked for after turns, never polled. */
  limits: call
    .route({ method: 'GET', path: '/limits', summary: 'The accounts that instances work for, and how much of their plans is used' })
    .output(pageOf(accountSchema)),
  events: call
    .route({ method: 'GET', path: '/events', summary: 'Everything that changes, as server-sent events' })
    .output(eventIterator(poolEventSchema)),
  /** Folders whose path begins with `prefix`, for a completing path field; at most 50. */
  folders: call
    .route({ method: 'GET', path: '/folders', summary: 'Complete a folder path' })
    .input(z.object({ prefix: z.string().max(4096) }))
    .output(z.object({ items: z.array(folderSchema), nextCursor: z.null() })),
  /** Answered in the order asked. */
  projects: call
    .route({ method: 'POST', path: '/folders/projects', summary: 'The projects of folders: their repositories, or the folders themselves' })
    .input(z.object({ folders: z.array(projectFolderSchema).max(mostFolders) }))
    .output(pageOf(projectSchema)),
  /** For `@`: nothing typed has what lies at the top, `src/` has what lies in it. */
  files: call
    .route({ method: 'GET', path: '/folders/files', summary: 'Files and folders below a folder that match a query, best first' })
    .input(z.object({ cwd: z.string().max(4_096), q: z.string().max(1_000).default(''), limit: z.int().min(1).max(100).default(15) }))
    .output(fileMatchesSchema),
  /** Relative paths lie in `cwd`; answered in the order asked. */
  mentions: call
    .route({ method: 'POST', path: '/folders/mentions', summary: 'Which of these paths are there' })
    .input(z.object({ cwd: z.string().max(4_096), paths: z.array(z.string().max(4_096)).max(50) }))
    .output(z.object({ items: z.array(mentionStateSchema), nextCursor: z.null() })),
}
