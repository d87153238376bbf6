import type { ConsensusResult, Vote } from '../../../shared/domain/run.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { plural } from '../../words/figures.ts'
import { undecidedWords } from './step-words.ts'

const waysWords = { vote: 'Vote', judge: 'Judge', synthesize: 'Synthesis' } as const

/** What was decided and how sure that is: votes, each dissent with its reason, and where there is no decision why. */
export function ConsensusView({ consensus }: { consensus: ConsensusResult }) {
  const { decide, decision, undecided, quorum, answers, tally, agreement, hasFlipped, rankings, reason, votes } = consensus
  return (
    <section className="step-part consensus" aria-label="Consensus">
      <h3>Consensus · {waysWords[decide]}</h3>
      {decision === null ? (
        <p className="consensus-none">
          <strong>No decision: {undecidedWords(undecided)}.</strong>
        </p>
      ) : (
        <div className="consensus-decision">
          <Markdown text={decision} />
        </div>
      )}
      <p className="run-note figure">
        {plural(answers, 'answer')}, {quorum} needed
        {agreement !== null && ` · ${Math.round(agreement * 100)}% agree`}
      </p>
      {hasFlipped && <p className="consensus-flip">The judge chose another winner when the order changed.</p>}
      {tally.length > 0 && <Tally tally={tally} decision={decision} />}
      {rankings.length > 0 && (
        <ol className="consensus-rankings">
          {rankings.map((ranking, at) => (
            <li key={at}>
              Order {at + 1}: {ranking.join(' › ')}
            </li>
          ))}
        </ol>
      )}
      {reason !== '' && <Markdown text={reason} />}
      <ul className="consensus-votes">
        {votes.map((vote) => (
          <VoteLine key={vote.voter} vote={vote} />
        ))}
      </ul>
    </section>
  )
}

function Tally({ tally, decision }: Pick<ConsensusResult, 'tally' | 'decision'>) {
  const most = Math.max(1, ...tally.map(({ votes }) => votes))
  return (
    <dl className="consensus-tally">
      {tally.map(({ option, votes }) => (
        <div key={option} data-decided={option === decision}>
          <dt title={option}>{option}</dt>
          <dd>
            <progress value={votes} max={most} aria-label={`Votes for ${option}`} />
            <span className="figure">{votes}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function VoteLine({ vote }: { vote: Vote }) {
  const { voter, choice, reason, isDissent, error, conversationId } = vote
  return (
    <li data-dissent={isDissent}>
      <div className="consensus-vote-head">
        <strong>{voter}</strong>
        {isDissent && <span className="consensus-dissent">Dissent</span>}
        {error && <span className="consensus-dissent">No answer</span>}
        {conversationId !== null && (
          <Button
            small
            variant="quiet"
            onClick={() => ui.go({ name: 'conversation', id: conversationId })}
            aria-label={`Open the conversation of ${voter}`}
          >
            Open
          </Button>
        )}
      </div>
      {choice !== null && <Markdown text={choice} />}
      {reason !== '' && (
        <div className="consensus-reason">
          <Markdown text={reason} />
        </div>
      )}
      {error && <p className="problem">{error.message}</p>}
    </li>
  )
}
