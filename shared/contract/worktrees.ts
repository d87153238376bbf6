import { z } from 'zod'
import { idSchema, instanceIdSchema } from '../domain/common.ts'
import { instanceSchema } from '../domain/instance.ts'
import { pullRequestSchema, repositoryFactsSchema, setupCommandSchema, worktreeStateSchema } from '../domain/worktree.ts'
import { call } from './base.ts'

const byId = z.object({ id: instanceIdSchema })
const byConversation = z.object({ id: idSchema })

/** Worktrees that instances work in. One is made with its instance: see `worktree` there. */
export const worktrees = {
  state: call
    .route({ method: 'GET', path: '/instances/{id}/worktree', summary: 'The worktree that an instance works in, as git sees it now' })
    .input(byId)
    .output(worktreeStateSchema),
  merge: call
    .route({
      method: 'POST',
      path: '/instances/{id}/worktree/merge',
      summary: 'Merge its branch into the base, in the main folder; only where nothing can be lost',
    })
    .input(byId)
    .output(worktreeStateSchema),
  pullRequest: call
    .route({
      method: 'POST',
      path: '/instances/{id}/worktree/pull-request',
      summary: 'Open a pull request with gh or glab, or answer the address to open one at',
    })
    .input(
      byId.extend({
        title: z.string().trim().min(1).max(300).optional().describe('Absent: from its commits.'),
        body: z.string().max(60_000).optional(),
        draft: z.boolean().default(false),
        push: z.boolean().default(false).describe('Push the branch first. Without it commits that are not pushed are refused.'),
      }),
    )
    .output(pullRequestSchema),
  remove: call
    .route({
      method: 'POST',
      path: '/instances/{id}/worktree/remove',
      summary: 'Remove its worktree; refused while there is work that is neither committed nor merged or pushed',
    })
    .input(
      byId.extend({
        ignored: z
          .enum(['keep', 'remove'])
          .default('keep')
          .describe('`keep`: refused while there are files that git ignores, and names them. `remove`: they go too.'),
      }),
    )
    .output(worktreeStateSchema),
  restore: call
    .route({
      method: 'POST',
      path: '/instances/{id}/worktree/restore',
      summary: 'Create its worktree again in the same place, from its branch',
    })
    .input(byId)
    .output(worktreeStateSchema),
  setup: call
    .route({ method: 'POST', path: '/instances/{id}/worktree/setup', summary: 'Run the setup command again' })
    .input(byId.extend({ command: setupCommandSchema.optional().describe('Another one from now on.') }))
    .output(instanceSchema),
  stopSetup: call
    .route({ method: 'POST', path: '/instances/{id}/worktree/setup/stop', summary: 'Stop the setup command' })
    .input(byId)
    .output(instanceSchema),
  skipSetup: call
    .route({ method: 'POST', path: '/instances/{id}/worktree/setup/skip', summary: 'Send what waits for the setup without it' })
    .input(byId)
    .output(instanceSchema),
  setupOutput: call
    .route({
      method: 'GET',
      path: '/instances/{id}/worktree/setup',
      summary: 'What the setup command has printed, at most 30,000 characters',
    })
    .input(byId)
    .output(z.object({ output: z.string() })),
  ofConversation: call
    .route({
      method: 'GET',
      path: '/conversations/{id}/worktree',
      summary: 'The worktree that a conversation works in; null: its folder is none',
    })
    .input(byConversation)
    .output(z.object({ state: worktreeStateSchema.nullable() })),
  restoreForConversation: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/worktree/restore',
      summary: 'Create the worktree of a conversation again in the same place, from its branch',
    })
    .input(byConversation)
    .output(worktreeStateSchema),
  repository: call
    .route({ method: 'GET', path: '/folders/repository', summary: 'What a folder is to git, and what a worktree from it would be' })
    .input(
      z.object({
        cwd: z.string().max(4_096),
        name: z.string().max(60).default('').describe('The name of the instance that is to be made: its branch is named after it.'),
        branch: z.string().max(200).optional().describe('The branch that it is to have instead.'),
      }),
    )
    .output(repositoryFactsSchema),
}
