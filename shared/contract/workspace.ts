import { z } from 'zod'
import { keptWorkspaceSchema, windowKeySchema, workspaceSchema } from '../domain/workspace.ts'
import { call } from './base.ts'

/** What windows show, so that they come back. */
export const workspace = {
  get: call
    .route({ method: 'GET', path: '/workspace', summary: 'What a window showed last; without `window`, what any of them did' })
    .input(z.object({ window: windowKeySchema.optional() }))
    .output(z.object({ workspace: keptWorkspaceSchema.nullable() })),
  put: call
    .route({ method: 'PUT', path: '/workspace', summary: 'Keep what a window shows; the thirty newest windows are kept' })
    .input(workspaceSchema.extend({ window: windowKeySchema }))
    .output(keptWorkspaceSchema),
}
