import { z } from 'zod'
import { writeHistory } from './conversation-history.ts'

/** `node history-process.ts OPTIONS`: writes a history in a process of its own, whose memory is not measured, and tells what it wrote. */
const schema = z.object({ folder: z.string(), messages: z.int(), conversations: z.int(), longest: z.int() })
process.stdout.write(JSON.stringify(writeHistory(schema.parse(JSON.parse(process.argv[2] ?? '')))))
