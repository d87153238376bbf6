import { useState } from 'react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { longestComment } from './plan-draft.ts'
import { WordsForm } from './words-form.tsx'

const firstOfQuote = { lines: 3, characters: 400 }

type CommentFormProps = { quote: string; words: string; onAdd: (words: string) => void; onBack: () => void }

/** A comment that is being written, under the passage that it is about. */
export function CommentForm({ quote, words: first, onAdd, onBack }: CommentFormProps) {
  const [words, setWords] = useState(first)
  return (
    <div className="plan-commenting">
      {quote !== '' && (
        <blockquote dir="auto">
          <BoundedText text={quote} first={firstOfQuote} />
        </blockquote>
      )}
      <WordsForm
        value={words}
        action={first === '' ? 'Add comment' : 'Save comment'}
        label="Comment"
        placeholder="What should change here?"
        busy={false}
        longest={longestComment}
        onChange={setWords}
        onSend={() => onAdd(words)}
        onBack={onBack}
      />
    </div>
  )
}
