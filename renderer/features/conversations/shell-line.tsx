import type { ShellBlock } from '../../../shared/domain/attachment.ts'
import { ShellOutput } from '../composer/shell-output.tsx'

/** A command that the user ran in the conversation's folder, where it was run. */
export function ShellLine({ shell }: { shell: ShellBlock }) {
  return (
    <section className="shell-line" aria-label="Command you ran">
      <ShellOutput shell={shell} />
    </section>
  )
}
