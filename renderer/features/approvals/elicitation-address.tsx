import { ExternalLink } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { mayOpen } from '../../../shared/link-policy.ts'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { clippedWords } from '../../words/clip-text.ts'
import type { ElicitationPartProps } from './elicitation-form.tsx'
import { useApprovalChords } from './use-approval-chords.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'

/** A longer address is shown, and opened by nobody who has not seen it whole. */
const longestAddress = 4_000
const longestName = 100

/**
 * An address that an MCP server wants opened: all of it is shown before it is. The server is told when the user says that it is done, or at
 * once when it says so itself and the user had opened the page.
 */
export function ElicitationAddress({ elicitation, active, busy, answer }: ElicitationPartProps) {
  const box = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState(false)
  const { url = '', completed = false } = elicitation
  const server = visibleText(clippedWords(elicitation.server, longestName))
  const parsed = url.length <= longestAddress ? URL.parse(url) : null
  const target = parsed !== null && mayOpen(parsed) ? parsed : null
  const finish = () => void answer({ decision: 'allow' })
  const sent = useRef(false)
  useEffect(() => {
    if (!completed || !opened || sent.current) return
    sent.current = true
    void answer({ decision: 'allow' })
  }, [completed, opened, answer])
  useApprovalChords(box, active && !busy, (meaning) => {
    if (meaning === 'deny') void answer({ decision: 'deny' })
    // What nobody has opened is not said to be done by a key.
    else if (opened || completed) finish()
    else box.current?.querySelector<HTMLElement>('a, button')?.focus()
  })
  return (
    <div ref={box} className="elicitation-form">
      <div className="elicitation-address">
        <bdi dir="ltr">
          <BoundedText text={url} first={{ lines: 8, characters: longestAddress }} />
        </bdi>
        <CopyButton text={url} label="Copy address" />
      </div>
      <output className="approval-note">
        {completed
          ? `${server} says this is done.`
          : opened
            ? `Waiting for ${server} to confirm. If it doesn’t, press “I’m done”.`
            : target === null
              ? 'Bullpen only opens https, mail and local addresses. Copy this one if you trust it.'
              : `Opens ${visibleText(target.host)} in your browser.`}
      </output>
      <div className="approval-answers">
        {target !== null && (
          <a
            className={opened || completed ? 'approval-button' : 'approval-button approval-allow'}
            href={target.href}
            target="_blank"
            rel="noopener noreferrer"
            referrerPolicy="no-referrer"
            onClick={() => setOpened(true)}
          >
            <ExternalLink size={14} strokeWidth={1.75} aria-hidden />
            {opened ? 'Open again' : 'Open page'}
          </a>
        )}
        <button
          type="button"
          className={opened || completed ? 'approval-button approval-allow' : 'approval-button'}
          disabled={busy}
          onClick={finish}
        >
          I’m done {active && (opened || completed) && <ChordHint keys={['mod', 'enter']} />}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={() => void answer({ decision: 'deny' })}>
          Decline {active && <ChordHint keys={['mod', 'backspace']} />}
        </button>
      </div>
    </div>
  )
}
