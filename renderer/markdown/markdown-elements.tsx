import { Image, Square, SquareCheck } from 'lucide-react'
import type { Element as TreeElement } from 'hast'
import type { CSSProperties, ReactNode } from 'react'
import { FencedCode } from './fenced-code.tsx'
import { FileLink, PathLink } from './file-link.tsx'
import { useNamesFile } from './file-places.ts'
import { pathAndLine } from '../words/tree-path.ts'
import { Formula } from './formula.tsx'
import { linkTarget } from './safe-address.ts'
import './footnote.css'

/** An element of a tree: what it holds, drawn, and its properties as text. */
export type Drawn = { children: ReactNode; node: TreeElement; property: (name: string) => string }

/** How the parts of markdown are drawn. Nothing is loaded from elsewhere, and a link does nothing until it is clicked. */
export const markdownElements: Readonly<Record<string, (drawn: Drawn) => ReactNode>> = {
  a: ({ children, property }) => <Link address={property('href')}>{children}</Link>,
  img: ({ property }) => <RemoteImage address={property('src')} alt={property('alt')} />,
  input: ({ property }) => <Tick checked={property('checked') !== ''} />,
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className="markdown-table" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </section>
  ),
  // The conversation's title is the first heading of the page.
  h1: ({ children }) => (
    <h2 className="markdown-h1" dir="auto">
      {children}
    </h2>
  ),
  h2: ({ children }) => (
    <h2 className="markdown-h2" dir="auto">
      {children}
    </h2>
  ),
  h3: ({ children }) => <h3 dir="auto">{children}</h3>,
  h4: ({ children }) => <h4 dir="auto">{children}</h4>,
  h5: ({ children }) => <h5 dir="auto">{children}</h5>,
  h6: ({ children }) => <h6 dir="auto">{children}</h6>,
  // Each part is read in its own direction, whatever those beside it are written in.
  p: ({ children }) => <p dir="auto">{children}</p>,
  li: ({ children, property }) => (
    <li className={property('className') || undefined} dir="auto">
      {children}
    </li>
  ),
  th: ({ children, property }) => (
    <th dir="auto" style={alignment(property('align'))}>
      {children}
    </th>
  ),
  td: ({ children, property }) => (
    <td dir="auto" style={alignment(property('align'))}>
      {children}
    </td>
  ),
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  sup: ({ children, property }) => <NoteMark name={property('dataFootnote')}>{children}</NoteMark>,
  section: ({ children, property }) => <Note name={property('dataFootnote')}>{children}</Note>,
  pre: ({ children }) => children,
  code: ({ node, property }) => <Code className={property('className')} text={textOf(node)} />,
}

function Link({ address, children }: { address: string; children?: ReactNode }) {
  const target = linkTarget(address)
  if (target.kind === 'nothing') return <span>{children}</span>
  if (target.kind === 'file') return <FileLink path={target.path}>{children}</FileLink>
  return (
    <a href={target.href} title={target.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">
      {children}
    </a>
  )
}

/** Loading a picture would tell its host that it was read; so only its words are shown, and where it is. */
function RemoteImage({ address, alt }: { address: string; alt: string }) {
  return (
    <Link address={address}>
      <Image size={14} strokeWidth={1.75} aria-hidden className="markdown-image" />
      {alt || 'Image, not loaded'}
    </Link>
  )
}

function Tick({ checked }: { checked: boolean }) {
  const Icon = checked ? SquareCheck : Square
  return (
    <>
      <Icon size={14} strokeWidth={1.75} className="markdown-tick" aria-hidden />
      <span className="sr-only">{checked ? 'Done:' : 'Open:'}</span>
    </>
  )
}

/** Leads to the note below, within the same answer. */
function NoteMark({ name, children }: { name: string; children: ReactNode }) {
  const show = (place: HTMLElement) => {
    const notes = place.closest('.markdown')?.querySelectorAll<HTMLElement>('.footnote') ?? []
    const note = [...notes].find((candidate) => candidate.dataset['footnote'] === name)
    note?.scrollIntoView({ block: 'nearest' })
    note?.focus({ preventScroll: true })
  }
  return (
    <sup>
      <button type="button" className="footnote-mark" aria-label={`Footnote ${name}`} onClick={(event) => show(event.currentTarget)}>
        {children}
      </button>
    </sup>
  )
}

function Note({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="footnote" data-footnote={name} tabIndex={-1}>
      <sup>{name}</sup>
      <div>{children}</div>
    </div>
  )
}

/** Code within a list or a quote is a block there too; its text ends in a line break, that of a word in a line does not. */
function Code({ className, text }: { className: string; text: string }) {
  if (className === 'math-inline' || className === 'math-display') return <Formula source={text} display={className === 'math-display'} />
  const language = /language-(\S+)/.exec(className)?.[1]
  if (language === undefined && !text.endsWith('\n')) return <CodeWord text={text} />
  return <FencedCode code={text.replace(/\n$/, '')} language={language?.toLowerCase() ?? ''} />
}

/** A word of code; one that names a file leads there. */
function CodeWord({ text }: { text: string }) {
  const isFile = useNamesFile(text)
  const { path, line } = pathAndLine(text)
  const code = (
    <code className="inline-code" dir="ltr">
      {text}
    </code>
  )
  return isFile ? (
    <PathLink path={path} line={line} className="code-link">
      {code}
    </PathLink>
  ) : (
    code
  )
}

function textOf(node: TreeElement): string {
  return node.children.map((child) => (child.type === 'text' ? child.value : '')).join('')
}

/** How a column is aligned. */
function alignment(align: string): CSSProperties | undefined {
  const sides = { left: 'start', center: 'center', right: 'end' } as const
  return align === 'left' || align === 'center' || align === 'right' ? { textAlign: sides[align] } : undefined
}
