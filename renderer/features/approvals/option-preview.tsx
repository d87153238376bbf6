import type { AskedQuestion } from '../../../shared/domain/approval.ts'
import { ExactText } from '../../tools/exact-text.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { clippedWords } from '../../words/clip-text.ts'

const first = { lines: 60, characters: 3_000 }
const longestLabel = 80

/** What an option looks like, exactly as it was written, and nothing of it more than text. */
export function OptionPreview({ option: { label, preview } }: { option: AskedQuestion['options'][number] }) {
  const name = visibleText(clippedWords(label, longestLabel))
  return (
    <div className="question-preview">
      <p className="question-preview-name" dir="auto">
        {name}
      </p>
      {preview === undefined || preview === '' ? (
        <p className="approval-note">No preview.</p>
      ) : (
        // Another option's is another text: how far it was unfolded is not its own.
        <ExactText key={label} text={preview} label={`Preview of ${name}`} first={first} className="question-preview-text" />
      )}
    </div>
  )
}
