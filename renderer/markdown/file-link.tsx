import { FileText } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import './file-link.css'

const saidForMs = 1_500

/** A file that an answer names: it is on this computer and nothing opens it from here, so its path is shown and can be copied. */
export function FileLink({ path, children }: { path: string; children: ReactNode }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), saidForMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    navigator.clipboard.writeText(path).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <button type="button" className="file-link" title={copied ? 'Path copied' : `${path} · Copy path`} onClick={copy}>
      <FileText size={12} strokeWidth={1.75} aria-hidden />
      {children}
      <span className="sr-only" aria-live="polite">
        {copied ? 'Path copied' : ''}
      </span>
    </button>
  )
}
