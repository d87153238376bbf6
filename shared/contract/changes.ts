import { z } from 'zod'
import {
  againstSchema,
  changesSchema,
  chosenFileSchema,
  fileDiffSchema,
  gitStateSchema,
  treePathSchema,
  turnSumSchema,
} from '../domain/changes.ts'
import { idSchema, pageOf } from '../domain/common.ts'
import { rewindSchema, rewindWhatSchema } from '../domain/rewind.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })
const whitespace = z.boolean().default(true).describe('Whether white space counts.')
/** For calls that take chosen files: how they were seen. */
const asSeen = {
  against: againstSchema,
  whitespace: z.boolean().default(true).describe('Whether white space counted in the difference that lines were chosen from.'),
}
const chosenFiles = z.array(chosenFileSchema).min(1).max(5_000)
const overwrite = z
  .union([z.literal('all'), z.array(treePathSchema).max(5_000)])
  .default([])
  .describe('Files that others changed since and that are overwritten all the same; `all` of them.')

/** What a conversation changed in its folder, and going back. */
export const changes = {
  list: call
    .route({ method: 'GET', path: '/conversations/{id}/changes', summary: 'What it changed, by tools, commands and sub-agents' })
    .input(byId.extend({ against: againstSchema, whitespace }))
    .output(changesSchema),
  file: call
    .route({ method: 'GET', path: '/conversations/{id}/changes/file', summary: 'The difference of one file' })
    .input(
      byId.extend({
        path: treePathSchema,
        against: againstSchema,
        whitespace,
        context: z.int().min(0).max(100_000).default(3).describe('Lines around each change.'),
        fromLine: z.int().nonnegative().default(0).describe('Lines of the difference to leave out, as `nextLine` said.'),
      }),
    )
    .output(fileDiffSchema),
  turn: call
    .route({ method: 'GET', path: '/conversations/{id}/changes/turns/{turnId}', summary: 'How much a turn changed' })
    .input(byId.extend({ turnId: idSchema }))
    .output(z.object({ sum: turnSumSchema.nullable().describe('Null where there are no snapshots from before and after it.') })),
  takeBack: call
    .route({ method: 'POST', path: '/conversations/{id}/changes/take-back', summary: 'Take back files, hunks or lines; can be undone' })
    .input(byId.extend({ ...asSeen, files: chosenFiles }))
    .output(z.object({ rewind: rewindSchema })),
  git: call
    .route({ method: 'GET', path: '/conversations/{id}/git', summary: 'Branch and state of the repository it works in' })
    .input(byId)
    .output(gitStateSchema),
  commit: call
    .route({ method: 'POST', path: '/conversations/{id}/commit', summary: 'Commit what is chosen; other staged files stay staged' })
    .input(
      byId.extend({
        message: z.string().trim().min(1, 'Write a message for the commit.').max(100_000),
        ...asSeen,
        files: chosenFiles,
      }),
    )
    .output(z.object({ commit: z.string(), branch: z.string().nullable(), output: z.string() })),
  draftMessage: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/commit/draft',
      summary: 'Let Claude draft the message of a commit; costs one short turn',
    })
    .input(byId.extend({ ...asSeen, files: chosenFiles }))
    .output(z.object({ message: z.string(), costUsd: z.number().nullable() })),
  rewind: call
    .route({ method: 'POST', path: '/conversations/{id}/rewind', summary: 'Go back to before a message: files, conversation, or both' })
    .input(byId.extend({ messageId: idSchema, what: rewindWhatSchema, dryRun: z.boolean().default(false), overwrite }))
    .output(rewindSchema),
  rewinds: call
    .route({ method: 'GET', path: '/conversations/{id}/rewinds', summary: 'What was rewound or taken back, the latest first' })
    .input(byId)
    .output(pageOf(rewindSchema)),
  undoRewind: call
    .route({ method: 'POST', path: '/conversations/{id}/rewinds/{rewindId}/undo', summary: 'Undo a rewind or what was taken back' })
    .input(byId.extend({ rewindId: idSchema, dryRun: z.boolean().default(false), overwrite }))
    .output(rewindSchema),
}
