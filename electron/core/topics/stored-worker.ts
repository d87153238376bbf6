import { z } from 'zod'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { workerConfigSchema } from '../../../shared/domain/topic.ts'

export const storedWorkerSchema = workerConfigSchema.extend({ id: idSchema, createdAt: timeSchema })
export type StoredWorker = z.infer<typeof storedWorkerSchema>

/** `workers.json`. */
export const workerFileSchema = z.object({ version: z.literal(1).default(1), workers: z.array(storedWorkerSchema).default([]) })
export type WorkerFile = z.infer<typeof workerFileSchema>
