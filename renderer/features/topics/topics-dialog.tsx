import type { DialogName } from '../../state/ui-store.ts'
import { PostDialog } from './post-dialog.tsx'
import { ClearDialog, RemoveTopicDialog, RemoveWorkerDialog } from './remove-dialogs.tsx'
import { TopicDialog } from './topic-dialog.tsx'
import { useTopicsRead } from './use-topics.ts'
import { WorkerDialog } from './worker-dialog.tsx'

type Of = 'topic' | 'remove-topic' | 'post-message' | 'clear-topic' | 'worker' | 'remove-worker'

/** The dialogs about topics and workers. */
export function TopicsDialog({ dialog }: { dialog: DialogName & { name: Of } }) {
  useTopicsRead()
  switch (dialog.name) {
    case 'topic':
      return <TopicDialog name={dialog.topic} />
    case 'remove-topic':
      return <RemoveTopicDialog name={dialog.topic} />
    case 'post-message':
      return <PostDialog topic={dialog.topic} />
    case 'clear-topic':
      return <ClearDialog name={dialog.topic} />
    case 'worker':
      return <WorkerDialog topic={dialog.topic} id={dialog.id} />
    case 'remove-worker':
      return <RemoveWorkerDialog id={dialog.id} />
  }
}
