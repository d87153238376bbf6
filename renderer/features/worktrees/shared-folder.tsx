import { TriangleAlert } from 'lucide-react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { sharedFolderWords } from '../../words/worktree-words.ts'

/** Warns where other instances work in the same folder. */
export function SharedFolder({ instance: { id, cwd } }: { instance: Instance }) {
  const instances = usePool((state) => state.instances)
  const names = [...instances.values()].filter((one) => one.id !== id && one.cwd === cwd).map(({ name }) => name)
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
