import { z } from 'zod'

export const openerKindSchema = z.enum(['editor', 'terminal', 'files'])
/** A program that can show a folder or a file. */
export const openerSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: openerKindSchema,
  /** It takes a line of a file. */
  takesLine: z.boolean(),
})
export type Opener = z.infer<typeof openerSchema>
