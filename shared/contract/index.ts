import { approvals } from './approvals.ts'
import { asides } from './asides.ts'
import { changes } from './changes.ts'
import { conversations } from './conversations.ts'
import { drafts } from './drafts.ts'
import { instances } from './instances.ts'
import { library } from './library.ts'
import { mcp } from './mcp.ts'
import { metrics } from './metrics.ts'
import { needs } from './needs.ts'
import { openers } from './openers.ts'
import { pins } from './pins.ts'
import { pool } from './pool.ts'
import { profiles } from './profiles.ts'
import { prompts } from './prompts.ts'
import { recipes } from './recipes.ts'
import { rules } from './rules.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'
import { secrets } from './secrets.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { snapshots } from './snapshots.ts'
import { system } from './system.ts'
import { tasks } from './tasks.ts'
import { topics, workers } from './topics.ts'
import { transfer } from './transfer.ts'
import { triggers } from './triggers.ts'
import { turns } from './turns.ts'
import { vault } from './vault.ts'
import { workspace } from './workspace.ts'
import { worktrees } from './worktrees.ts'

/** Every call of the app. All doors are made from this one object. */
export const contract = {
  instances,
  conversations,
  asides,
  changes,
  openers,
  snapshots,
  drafts,
  shell,
  prompts,
  profiles,
  mcp,
  secrets,
  approvals,
  needs,
  tasks,
  topics,
  turns,
  library,
  pins,
  pool,
  recipes,
  rules,
  runs,
  search,
  settings,
  system,
  metrics,
  transfer,
  triggers,
  vault,
  workers,
  workspace,
  worktrees,
}
export type Contract = typeof contract
