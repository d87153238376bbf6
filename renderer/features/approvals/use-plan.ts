import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { useAnswerDraft } from '../../state/answer-drafts.ts'
import { emptyPlanDraft, feedbackFault, feedbackOf, planDraftSchema, planWords, type PlanComment } from './plan-draft.ts'
import { useAnswer, type Decide } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'

type Options = { card: RefObject<HTMLElement | null>; approval: Approval; active: boolean; decide: Decide }

/** `commenting` holds what is commented on; `place` is that of a comment which is changed, null for a new one. */
export type PlanMode =
  | { name: 'reading' }
  | { name: 'keeping' }
  | { name: 'editing' }
  | { name: 'commenting'; place: number | null; comment: PlanComment }

/** What is written to a plan, and how it is approved or sent back. */
export function usePlan({ card, approval, active, decide }: Options) {
  const {
    draft,
    change,
    send: sendDraft,
  } = useAnswerDraft({ approval, schema: planDraftSchema, first: () => emptyPlanDraft, wordsOf: planWords })
  const [mode, setMode] = useState<PlanMode>({ name: 'reading' })
  /** Lines that were never in sight, and whether that was said. */
  const [below, setBelow] = useState(0)
  const [told, setTold] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const { sending, problem, answer } = useAnswer(decide)
  const plan = draft.edited ?? approval.plan
  const isEdited = draft.edited !== null && draft.edited !== approval.plan
  const send = (decision: Decision) => sendDraft(() => answer(decision))
  const approve = (planMode: 'acceptEdits' | 'default') =>
    void send({ decision: 'allow', planMode, ...(isEdited && draft.edited !== null ? { plan: draft.edited } : {}) })
  const keep = ({ message = '', ...decision }: Decision) => {
    const feedback = feedbackOf(draft.comments, message)
    const found = feedbackFault(feedback)
    setFault(found)
    if (found === null) void send({ ...decision, ...(feedback === '' ? {} : { message: feedback }) })
  }
  useApprovalChords(card, active && mode.name === 'reading' && !sending, (meaning) => {
    if (meaning === 'deny') setMode({ name: 'keeping' })
    // Nobody approves with a key what they were not shown.
    else if (below > 0) setTold(true)
    else approve(meaning === 'allow-here' ? 'acceptEdits' : 'default')
  })
  const wasCommenting = useRef(false)
  // Whoever commented by keyboard goes on from the passage.
  useEffect(() => {
    if (wasCommenting.current && mode.name === 'reading') card.current?.querySelector<HTMLElement>('.plan-text')?.focus()
    wasCommenting.current = mode.name === 'commenting'
  }, [card, mode])
  const setComments = (next: (comments: readonly PlanComment[]) => PlanComment[]) =>
    change((before) => ({ ...before, comments: next(before.comments) }))
  return {
    draft,
    plan,
    isEdited,
    mode,
    setMode,
    setBelow,
    isUnseen: told && below > 0,
    sending,
    problem: problem ?? fault,
    approve,
    keep,
    edit: (edited: string | null) => change((before) => ({ ...before, edited })),
    /** Adds what is being written, or changes the comment that it was. */
    comment: (words: string) => {
      if (mode.name !== 'commenting') return
      const { place, comment } = mode
      const written = { ...comment, words: words.trim() }
      setMode({ name: 'reading' })
      if (written.words === '') return
      setComments((comments) => (place === null ? [...comments, written] : comments.map((one, at) => (at === place ? written : one))))
    },
    removeComment: (place: number) => setComments((comments) => comments.filter((_, at) => at !== place)),
  }
}
