import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { TaskInput } from '../queue/queue-task.ts'

/** The pool's queue, as topics use it. */
export type TaskPort = {
  /** Hands work in; resolves once it is on disk. */
  submit: (input: TaskInput) => Promise<Task>
  /** A task of the queue as it is now; null for one that it does not hold. */
  peek: (id: string) => Task | null
  /** As `peek`, also long after its end; null for one that never came to be. */
  find: (ids: { id: string; turnId: string }) => Promise<Task | null>
  cancel: (id: string) => Promise<void>
}

/** What was said in conversations. */
export type TurnPort = {
  /** Those of these turns that are there. */
  turns: (conversationId: string, ids: readonly string[]) => Promise<Turn[]>
  /** Whether something that a turn has called may have changed something. */
  hasEffects: (conversationId: string, turnId: string) => Promise<boolean>
}

/** An instance as far as a worker is held up by it. */
export type WorkerInstance = { name: string; state: string; error?: ErrorInfo | undefined }

export type InstancePort = {
  /** Null for one that was removed. */
  find: (id: string) => WorkerInstance | null
}
