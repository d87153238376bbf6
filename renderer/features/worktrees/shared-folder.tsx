import { TriangleAlert } from 'lucide-react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { sharedFolderWords } from '../../words/worktree-words.ts'
import { useRepository } from './use-repository.ts'

/** Warns where other instances work in the same folder. */
export function SharedFolder({ instance: { id, cwd } }: { instance: Instance }) {
  const instances = usePool((state) => state.instances)
  const places = [...instances.values()].map((one) => `${one.id} ${one.cwd}`).join('\n')
  // Links, case and ways of writing a path are known where the folders are.
  const facts = useRepository(cwd, '', '', places)
  const names = (facts?.instances ?? []).filter((one) => one.id !== id).map(({ name }) => name)
  if (names.length === 0) return null
  return (
    <section className="instance-notice" aria-label="Shared folder">
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden />
      <div>
        <h2>Shared folder</h2>
        <p>{sharedFolderWords(names)}</p>
        <div className="instance-acts">
          <Button small onClick={() => ui.openDialog({ name: 'create-instance', like: id })}>
            New instance in a worktree…
          </Button>
        </div>
      </div>
    </section>
  )
}
