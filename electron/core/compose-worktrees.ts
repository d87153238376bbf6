import type { PoolParts } from './compose-pool.ts'
import type { Git } from './git/git.ts'
import type { Ground } from './ground.ts'
import type { Pool } from './pool/pool.ts'
import type { MovedWorktrees } from './worktrees/moved-worktrees.ts'
import type { WorktreeBook } from './worktrees/worktree-book.ts'
import { Worktrees } from './worktrees/worktrees.ts'

type Parts = Pick<PoolParts, 'conversations' | 'claude'> & { git: Git; book: WorktreeBook; pool: Pool; moved: MovedWorktrees }

/** Worktrees that instances work in. */
export function openWorktrees(
  { options, closers, settings, log }: Ground,
  { conversations, claude, git, book, pool, moved }: Parts,
): Worktrees {
  const worktrees = new Worktrees({
    home: options.home,
    git,
    book,
    pool,
    conversations,
    moved,
    folder: () => settings.current().worktreeFolder,
    environment: (own, marker) => claude.userEnvironment(own, marker),
    log,
  })
  closers.push(() => worktrees.close())
  return worktrees
}
