import { FileText } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useOpenFile } from './file-places.ts'
import './file-link.css'

const saidForMs = 1_500

/** A file that an answer names: it is on this computer, so a click opens it; where nothing can, its path is copied. */
export function FileLink({ path, children }: { path: string; children: ReactNode }) {
  const open = useOpenFile()
  if (open === null) return <CopiedLink path={path}>{children}</CopiedLink>
  return (
    <PathLink path={path} className="file-link">
      <FileText size={12} strokeWidth={1.75} aria-hidden />
      {children}
    </PathLink>
  )
}

type PathLinkProps = { path: string; line?: number | undefined; className?: string; children: ReactNode }

/** A path that can be opened, where there is a conversation whose folder it is in; else only its words. The menu of its place has more ways. */
export function PathLink({ path, line, className = 'path-link', children }: PathLinkProps) {
  const open = useOpenFile()
  if (open === null) return <span className={className}>{children}</span>
  const place = line === undefined ? path : `${path}:${line}`
  return (
    <button
      type="button"
      className={className}
      data-file={place}
      title={`${place.slice(0, longestTitle)} · Open`}
      onClick={(event) => {
        event.stopPropagation()
        open(place)
      }}
    >
      {children}
    </button>
  )
}

const longestTitle = 400

function CopiedLink({ path, children }: { path: string; children: ReactNode }) {
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
