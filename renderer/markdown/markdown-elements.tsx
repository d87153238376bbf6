import { Image, Square, SquareCheck } from 'lucide-react'
import type { ComponentProps } from 'react'
import type { Components } from 'react-markdown'
import { CodeBlock } from './code-block.tsx'

/** How the parts of markdown are drawn. Nothing is loaded from elsewhere, and a link does nothing until it is clicked. */
export const markdownElements: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <RemoteImage src={src} alt={alt} />,
  input: ({ checked }) => <Tick checked={checked === true} />,
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className="markdown-table" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </section>
  ),
  // The conversation's title is the first heading of the page.
  h1: ({ children }) => <h2 className="markdown-h1">{children}</h2>,
  h2: ({ children }) => <h2 className="markdown-h2">{children}</h2>,
  h3: ({ children }) => <h3>{children}</h3>,
  h4: ({ children }) => <h4>{children}</h4>,
  pre: ({ children }) => children,
  code: ({ className, children }) => <Code className={className}>{children}</Code>,
}

function Link({ href, children }: Pick<ComponentProps<'a'>, 'href' | 'children'>) {
  if (!href) return <span>{children}</span>
  return (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">
      {children}
    </a>
  )
}

/** Loading a picture would tell its host that it was read; so only its words are shown, and where it is. */
function RemoteImage({ src, alt }: { src: unknown; alt: string | undefined }) {
  const address = typeof src === 'string' ? src : ''
  return (
    <Link href={address}>
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

/** Code within a list or a quote is a block there too; its text ends in a line break, that of a word in a line does not. */
function Code({ className, children }: Pick<ComponentProps<'code'>, 'className' | 'children'>) {
  const text = typeof children === 'string' ? children : ''
  const language = /language-(\S+)/.exec(className ?? '')?.[1]
  if (language === undefined && !text.endsWith('\n')) return <code className="inline-code">{children}</code>
  return <CodeBlock code={text.replace(/\n$/, '')} language={language ?? ''} />
}
