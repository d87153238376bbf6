import { z } from 'zod'
import { snapshotStatusSchema } from '../domain/snapshot.ts'
import { call } from './base.ts'

/** Folders as they were before and after each turn. */
export const snapshots = {
  status: call
    .route({ method: 'GET', path: '/snapshots', summary: 'What snapshots of folders take, and whether they are taken' })
    .output(snapshotStatusSchema),
  remove: call
    .route({ method: 'DELETE', path: '/snapshots', summary: 'Delete the snapshots of a folder, or all; files cannot be rewound then' })
    .input(z.object({ folder: z.string().min(1).max(4_096).optional().describe('One folder; all where it is left out.') }))
    .output(z.object({ removed: z.int().nonnegative().describe('Folders whose snapshots were deleted.') })),
}
