import { Fragment } from 'react'
import type { RuleBody } from '../../../shared/domain/rule.ts'
import { ruleParts } from '../../../shared/domain/rule-words.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'

type RuleSentenceProps = {
  rule: Pick<RuleBody, 'tool' | 'match' | 'pattern' | 'input' | 'folder' | 'decision'>
  home: string | null
}

const firstOfCode = { lines: 4, characters: 300 }

/** What a rule does, in plain words; what somebody wrote in it stands there exactly. */
export function RuleSentence({ rule, home }: RuleSentenceProps) {
  return (
    <span className="rule-words">
      {rule.decision === 'allow' ? 'Allows' : 'Denies'}{' '}
      {ruleParts(rule, home).map(({ text, code }, place) =>
        code ? (
          <code key={place} dir="ltr">
            <BoundedText text={text} first={firstOfCode} />
          </code>
        ) : (
          <Fragment key={place}>{text}</Fragment>
        ),
      )}
    </span>
  )
}
