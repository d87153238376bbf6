import { useId, useState, type ReactNode } from 'react'
import { errorWords } from '../words/error-words.ts'
import { ui } from '../state/ui-store.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

export type FormDialogProps = {
  title: string
  description?: string
  action: string
  cancel?: string
  danger?: boolean
  ready?: boolean
  run: () => Promise<unknown>
  children: ReactNode
}

/** A small question: done with Enter or its button, and open until it is done. */
export function FormDialog({
  title,
  description,
  action,
  cancel = 'Cancel',
  danger = false,
  ready = true,
  run,
  children,
}: FormDialogProps) {
  const form = useId()
  const [problem, setProblem] = useState<string | null>(null)
  const submit = () => {
    if (ready) run().then(ui.closeDialog, (thrown: unknown) => setProblem(errorWords(thrown)))
  }
  const footer = (
    <>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <Button variant="quiet" onClick={ui.closeDialog}>
        {cancel}
      </Button>
      <Button variant={danger ? 'danger' : 'primary'} type="submit" form={form} disabled={!ready}>
        {action}
      </Button>
    </>
  )
  return (
    <Dialog title={title} description={description} onClose={ui.closeDialog} footer={footer}>
      <form
        id={form}
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {children}
      </form>
    </Dialog>
  )
}
