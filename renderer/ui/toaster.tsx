import { CircleAlert, Info, TriangleAlert, X } from 'lucide-react'
import { dismissToast, useToasts, type Toast } from '../state/toasts.ts'
import { withOwnTimes } from '../words/moment.ts'
import { ui } from '../state/ui-store.ts'
import { Button } from './button.tsx'
import { useNow } from './use-now.ts'
import { IconButton } from './icon-button.tsx'
import './ui.css'

const icons = { info: Info, warning: TriangleAlert, error: CircleAlert }

/** Short messages at the edge, read aloud as they come. */
export function Toaster() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <section className="toasts" aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function Line({ toast: { id, level, text, conversationId, act } }: { toast: Toast }) {
  const Icon = icons[level]
  const now = useNow(false)
  const show = () => {
    if (conversationId !== null) ui.go({ name: 'conversation', id: conversationId })
    dismissToast(id)
  }
  return (
    <div className={`toast toast-${level}`}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <p>{withOwnTimes(text, new Date(now))}</p>
      {conversationId !== null && (
        <Button small variant="quiet" onClick={show}>
          Show
        </Button>
      )}
      {act && (
        <Button
          small
          onClick={() => {
            dismissToast(id)
            act.run()
          }}
        >
          {act.label}
        </Button>
      )}
      <IconButton label="Dismiss" icon={X} size={14} onClick={() => dismissToast(id)} />
    </div>
  )
}
