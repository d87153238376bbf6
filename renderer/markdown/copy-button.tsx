import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import './copy-button.css'

type CopyButtonProps = { text: string | (() => string); label: string; className?: string }

const saidForMs = 1500

/** Copies and says so for a moment; says so too when the clipboard is not to be had. */
export function CopyButton({ text, label, className = '' }: CopyButtonProps) {
  const [said, setSaid] = useState<'Copied' | 'Not copied' | null>(null)
  useEffect(() => {
    if (said === null) return undefined
    const timer = setTimeout(() => setSaid(null), saidForMs)
    return () => clearTimeout(timer)
  }, [said])
  const copy = () => {
    navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied'),
    )
  }
  const Icon = said === 'Copied' ? Check : Copy
  return (
    <button type="button" className={`copy-button ${className}`} aria-label={said ?? label} title={said ?? label} onClick={copy}>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      {said !== null && <span aria-live="polite">{said}</span>}
    </button>
  )
}
