import { memo, useEffect, useRef, useState } from 'react'
import { CodeBlock } from './code-block.tsx'
import { CopyButton } from './copy-button.tsx'
import { diagrams, type Drawing } from './diagram-frame.ts'
import './diagram.css'

/** A diagram in mermaid's language, drawn in a frame of its own when it comes into sight. What cannot be drawn is shown as it was written. */
export const Diagram = memo(function Diagram({ source }: { source: string }) {
  const place = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const [isSource, setSource] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    let active = true
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      void diagrams.draw(source, theme).then((drawn) => {
        if (active) setDrawing(drawn)
      })
    })
    observer.observe(element)
    return () => {
      active = false
      observer.disconnect()
    }
  }, [source, theme])
  const picture = drawing?.kind === 'picture' ? drawing : null
  return (
    <div ref={place} className="diagram-place">
      {picture && !isSource ? (
        <Picture drawing={picture} source={source} onSource={() => setSource(true)} />
      ) : (
        <CodeBlock code={source} language="mermaid" />
      )}
      {drawing?.kind === 'failed' && <p className="markdown-note">{drawing.reason}</p>}
      {picture && isSource && (
        <button type="button" className="show-more-button" onClick={() => setSource(false)}>
          Show diagram
        </button>
      )}
    </div>
  )
})

type PictureProps = { drawing: Extract<Drawing, { kind: 'picture' }>; source: string; onSource: () => void }

function Picture({ drawing, source, onSource }: PictureProps) {
  return (
    <figure className="diagram" aria-label="Diagram">
      <figcaption className="code-block-bar">
        <span>mermaid</span>
        <span className="diagram-tools">
          <button type="button" className="copy-button" onClick={onSource}>
            Show source
          </button>
          <CopyButton text={source} label="Copy code" />
        </span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <section className="diagram-picture" tabIndex={0} aria-label="Diagram, scrolls">
        <img src={drawing.address} width={drawing.width} height={drawing.height} alt={drawing.words} />
      </section>
    </figure>
  )
}

/** The theme that the page is drawn in, as it changes. */
function useTheme(): 'light' | 'dark' {
  const [theme, setTheme] = useState(themeNow)
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(themeNow()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return theme
}

function themeNow(): 'light' | 'dark' {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'
}
