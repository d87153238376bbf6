import { z } from 'zod'
import { timeSchema } from './common.ts'

export const todoStatusSchema = z.enum(['pending', 'in_progress', 'completed'])

/** One entry of Claude's to-do list. */
export const todoItemSchema = z.object({
  /** Claude Code's own number of it, or its place in the list. */
  id: z.string(),
  text: z.string(),
  /** The same while it is being done, such as `Running the tests`. */
  activeForm: z.string().optional(),
  status: todoStatusSchema,
  owner: z.string().optional(),
  /** The ids of those that have to be done before. */
  blockedBy: z.array(z.string()).optional(),
})
export type TodoItem = z.infer<typeof todoItemSchema>

/** The to-do list that Claude keeps in a conversation. A list that is done goes with the next message. */
export const todoSchema = z.object({
  /** In order, at most 100. */
  items: z.array(todoItemSchema),
  /** All entries, and those that are completed, also of those that are left out. */
  total: z.int(),
  done: z.int(),
  updatedAt: timeSchema,
})
export type Todo = z.infer<typeof todoSchema>
