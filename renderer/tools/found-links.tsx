import { mayOpen } from '../../shared/link-policy.ts'
import { visibleText } from '../ui/visible-characters.ts'
import { SomeItems } from '../ui/some-items.tsx'
import { clippedWords } from '../words/clip-text.ts'
import type { FoundLink } from './result-data.ts'
import './tool-bodies.css'

const firstLinks = 40
const longestTitle = 200
const longestAddress = 500
const longestNote = 600

/** Pages and resources that a tool has found, each with its whole address. Only addresses that may be opened are links. */
export function FoundLinks({ links, label }: { links: readonly FoundLink[]; label: string }) {
  if (links.length === 0) return null
  return (
    <ul className="found-links" aria-label={label}>
      <SomeItems items={links} first={firstLinks} name="links">
        {(link, place) => (
          <li key={place} dir="auto">
            <Address link={link} />
            {link.note !== null && <p className="tool-note">{visibleText(clippedWords(link.note, longestNote))}</p>}
          </li>
        )}
      </SomeItems>
    </ul>
  )
}

function Address({ link: { title, url } }: { link: FoundLink }) {
  const address = visibleText(clippedWords(url, longestAddress))
  const name = title.trim() === '' ? address : visibleText(clippedWords(title, longestTitle))
  const parsed = URL.parse(url)
  if (parsed === null || !mayOpen(parsed))
    return (
      <>
        <span>{name}</span> <bdi className="found-address">{address}</bdi>
      </>
    )
  return (
    <>
      <a href={parsed.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">
        {name}
      </a>{' '}
      <bdi className="found-address">{address}</bdi>
    </>
  )
}
