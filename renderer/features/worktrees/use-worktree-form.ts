import { useState } from 'react'
import type { WorktreeRequest } from '../../../shared/domain/worktree.ts'
import { emptyWorktree, requestOf, worktreeProblemAt, type WorktreeForm, type WorktreeProblem } from './worktree-form.ts'

/** The worktree of a new instance: its fields, what is asked for, and what the core refused of it. */
export function useWorktreeForm() {
  const [form, setForm] = useState(emptyWorktree)
  const [problem, setProblem] = useState<WorktreeProblem | null>(null)
  const change = (part: Partial<WorktreeForm>) => {
    setForm((now) => ({ ...now, ...part }))
    setProblem(null)
  }
  return {
    fields: { form, problem, change },
    request: (): { worktree?: WorktreeRequest } => {
      const worktree = requestOf(form)
      return worktree === null ? {} : { worktree }
    },
    refuse: (field: string, words: string): boolean => {
      const wrong = worktreeProblemAt(field, words)
      setProblem(wrong)
      return wrong !== null
    },
  }
}
