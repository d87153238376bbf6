import { useId, useState } from 'react'
import type { AskedQuestion as Asked } from '../../../shared/domain/approval.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { clippedWords, clipText } from '../../words/clip-text.ts'
import { OptionPreview } from './option-preview.tsx'
import { chosen, written, type Choice } from './question-answers.ts'
import { QuestionNote } from './question-note.tsx'
import { QuestionOption } from './question-option.tsx'

const firstOfQuestion = { lines: 40, characters: 2_000 }
const firstOptions = 40
const longestName = { lines: 4, characters: 300 }
const longestHeader = 40

type AskedQuestionProps = {
  question: Asked
  place: number
  choice: Choice
  /** It is one of several. */
  several: boolean
  /** Digits choose its options now. */
  showKeys: boolean
  disabled: boolean
  onChange: (change: (before: Choice) => Choice) => void
}

/** One question: its options, with their previews beside them, words of one's own, and a note. */
export function AskedQuestion({ question, place, choice, several, showKeys, disabled, onChange }: AskedQuestionProps) {
  const name = useId()
  /** The option whose preview is shown: looked at last. */
  const [looked, setLooked] = useState<number | null>(null)
  const { options, multiSelect } = question
  const shown = previewed(question, choice, looked)
  const text = clipText(question.question, longestName).shown
  return (
    <fieldset className="question" data-question={place} disabled={disabled}>
      <legend dir="auto">
        {several && question.header !== '' && (
          <span className="question-header">{visibleText(clippedWords(question.header, longestHeader))}</span>
        )}
        <BoundedText text={question.question} first={firstOfQuestion} />
        {multiSelect && <span className="question-hint">Select all that apply</span>}
      </legend>
      <div className={shown === null ? undefined : 'question-beside'}>
        <div className="question-options">
          <SomeItems items={options} first={firstOptions} name="options">
            {(option, at) => (
              <QuestionOption
                key={option.label}
                option={option}
                place={at}
                type={multiSelect ? 'checkbox' : 'radio'}
                name={name}
                chosen={choice.labels.includes(option.label)}
                showKey={showKeys}
                onChoose={() => onChange((before) => chosen(before, option.label, question))}
                onLook={() => setLooked(at)}
              />
            )}
          </SomeItems>
          <textarea
            className="input question-own"
            dir="auto"
            rows={1}
            value={choice.own}
            maxLength={10_000}
            aria-label={`Your own answer to: ${text}`}
            placeholder="Other…"
            onChange={(event) => onChange((before) => written(before, event.target.value, question))}
          />
        </div>
        {shown !== null && <OptionPreview option={shown} />}
      </div>
      <QuestionNote about={text} note={choice.note} onChange={(note) => onChange((before) => ({ ...before, note }))} />
    </fieldset>
  )
}

/** The option whose preview stands beside the options; null where none has any. */
function previewed({ options }: Asked, { labels }: Choice, looked: number | null): Asked['options'][number] | null {
  const first = options.find(({ preview }) => preview !== undefined)
  if (first === undefined) return null
  return (looked === null ? undefined : options[looked]) ?? options.find(({ label }) => labels.includes(label)) ?? first
}
