import { useState } from 'react'
import type { Health } from '../../../shared/domain/health.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { Button, type ButtonProps } from '../../ui/button.tsx'

export type CheckButtonProps = Pick<ButtonProps, 'variant' | 'small'> & { onChecked?: (health: Health) => void }

/** Looks for claude and its login again. */
export function CheckButton({ onChecked, ...rest }: CheckButtonProps) {
  const [checking, setChecking] = useState(false)
  const check = async () => {
    setChecking(true)
    try {
      onChecked?.(await client.system.check())
    } catch (thrown) {
      toast(errorWords(thrown), 'error')
    } finally {
      setChecking(false)
    }
  }
  return (
    <Button {...rest} disabled={checking} onClick={() => void check()}>
      {checking ? 'Checking…' : 'Check again'}
    </Button>
  )
}
