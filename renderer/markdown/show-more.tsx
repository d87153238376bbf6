import { restWords, sizeWords, type ClippedText } from '../words/clip-text.ts'
import './show-more.css'

type ShowMoreProps = { rest: NonNullable<ClippedText['rest']>; onMore: () => void; onAll?: (() => void) | undefined; className?: string }

/** Says how much is not shown, and shows more of it. */
export function ShowMore({ rest, onMore, onAll, className = 'show-more' }: ShowMoreProps) {
  const whole = rest.lines > 0 ? `all ${rest.allLines.toLocaleString('en-US')} lines` : `all ${sizeWords(rest.allCharacters)}`
  return (
    <div className={className}>
      <span>… {restWords(rest)}</span>
      <button type="button" onClick={onMore}>
        Show more
      </button>
      {onAll && (
        <button type="button" onClick={onAll}>
          Show {whole}
        </button>
      )}
    </div>
  )
}
