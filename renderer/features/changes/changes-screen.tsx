import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ChangedFile, Changes } from '../../../shared/domain/changes.ts'
import { useGitState } from '../../state/git-store.ts'
import { loadOpeners } from '../../state/openers-store.ts'
import { useReviewComments } from '../../state/review-comments.ts'
import { narrowWindow, ui } from '../../state/ui-store.ts'
import type { ChangesScreen as Place } from '../../state/changes-address.ts'
import { Button } from '../../ui/button.tsx'
import '../../ui/page.css'
import { ChangesHead } from './changes-head.tsx'
import { choiceOf } from './choice.ts'
import { FileList } from './file-list.tsx'
import { listRows, matches, treeRows } from './file-rows.ts'
import { FileView } from './file-view.tsx'
import { reviews, useFreshReview, useLooks, useReview } from './review.ts'
import type { DiffHandle } from './text-diff.tsx'
import { useReviewKeys } from './use-review-keys.ts'
import { useFirstMatch } from './use-first-match.ts'
import { useDiffSearch } from './use-search.ts'
import { useRoom } from './use-room.ts'
import './changes.css'
import './file-list.css'
import './file-view.css'
import './diff-rows.css'

const nothing: readonly ChangedFile[] = []

/** What a conversation changed in its folder: read, commented on, taken back, committed. */
export function ChangesScreen({ screen }: { screen: Place }) {
  const { id, against = 'start', path, line } = screen
  const looks = useLooks()
  useFreshReview(id, against, looks.whitespace)
  useEffect(loadOpeners, [])
  const review = useReview(id)
  const comments = useReviewComments(id)
  const git = useGitState(id)
  const [filter, setFilter] = useState('')
  const [search, setSearch] = useState('')
  const [start, setStart] = useState<'first' | 'last' | null>(null)
  const frame = useRef<HTMLElement>(null)
  const diff = useRef<DiffHandle>(null)
  const isWide = useRoom(frame)
  const changes = review.against === against ? review.changes : null
  const found = useDiffSearch({ id, against, whitespace: looks.whitespace, files: changes?.items, text: search })
  const files = useMemo(() => shownFiles(changes, filter, found.counts, found.done === found.of), [changes, filter, found])
  const ordered = useMemo(() => inOrder(files, looks.tree), [files, looks.tree])
  const isNarrow = () => window.matchMedia(narrowWindow).matches
  const isVain = found.counts?.size === 0 && found.done === found.of
  const file = useCurrent(changes, ordered, path, !isNarrow())
  const open = useCallback(
    (next: string, how: 'first' | 'last' | null = null) => {
      setStart(how)
      const to = { name: 'changes' as const, id, against, path: next }
      if (path === undefined && window.matchMedia(narrowWindow).matches) ui.go(to)
      else ui.replace(to)
    },
    [id, against, path],
  )
  useFirstMatch(found, ordered, path, open)
  const goFile = (by: 1 | -1, how: 'first' | 'last' | null) => {
    const next = ordered[ordered.findIndex((one) => one.path === file?.path) + by]
    if (next) open(next.path, how)
  }
  useReviewKeys({
    frame,
    nextFile: (by) => goFile(by, null),
    nextChange: (by) => diff.current?.step(by) === true || goFile(by, by > 0 ? 'first' : 'last'),
  })
  const canChoose = changes?.isRepository === true && git?.available !== false
  const chooseFiles = (some: readonly ChangedFile[], on: boolean) =>
    reviews.choose(
      id,
      some.map((one) => [one.path, on ? 'all' : 'none']),
    )
  return (
    <main ref={frame} className="changes" aria-busy={review.loading} data-file={path !== undefined && !isVain}>
      <ChangesHead
        conversationId={id}
        against={against}
        review={review}
        changes={changes}
        git={git}
        comments={comments}
        search={search}
        onSearch={setSearch}
        found={found}
        canSplit={isWide}
      />
      {changes === null ? (
        <Unread problem={review.problem} onRetry={() => reviews.reload(id)} />
      ) : changes.items.length === 0 && changes.uncovered.length === 0 ? (
        <Nothing changes={changes} />
      ) : (
        <div className="changes-body">
          <FileList
            changes={changes}
            files={files}
            filter={filter}
            onFilter={setFilter}
            current={file?.path}
            onOpen={open}
            choices={review.choices}
            canChoose={canChoose}
            onChoose={chooseFiles}
            comments={comments}
            counts={found.counts}
          />
          {file && !isVain ? (
            <FileView
              ref={diff}
              conversationId={id}
              folder={changes.folder}
              against={against}
              whitespace={looks.whitespace}
              layout={isWide ? looks.layout : 'unified'}
              search={found.counts === null ? '' : search}
              file={file}
              comments={comments}
              choice={choiceOf(file, review.choices)}
              canChoose={canChoose}
              onChoose={(choice) => reviews.choose(id, [[file.path, choice]])}
              onStep={(by) => goFile(by, null)}
              onBack={() => ui.replace({ name: 'changes', id, against })}
              start={line !== undefined && file.path === path && start === null ? line : start}
            />
          ) : (
            <Unchosen words={isVain ? null : path === undefined ? 'Select a file' : 'This file has no changes any more.'} />
          )}
        </div>
      )}
    </main>
  )
}

/** Of a search, the files that have matches; all of them until one is found to have some. */
function shownFiles(
  changes: Changes | null,
  filter: string,
  counts: ReadonlyMap<string, number> | null,
  isDone: boolean,
): readonly ChangedFile[] {
  if (changes === null) return nothing
  const named = filter.trim() === '' ? changes.items : changes.items.filter((file) => matches(file, filter))
  return counts === null || (counts.size === 0 && !isDone) ? named : named.filter(({ path }) => counts.has(path))
}

function inOrder(files: readonly ChangedFile[], tree: boolean): readonly ChangedFile[] {
  const rows = tree ? treeRows(files, new Set()) : listRows(files)
  return rows.flatMap((row) => (row.type === 'file' ? [row.file] : []))
}

/** The file of the address; where it names none and there is room for it, the first. */
function useCurrent(
  changes: Changes | null,
  ordered: readonly ChangedFile[],
  path: string | undefined,
  takesFirst: boolean,
): ChangedFile | undefined {
  const named = useMemo(() => changes?.items.find((file) => file.path === path), [changes, path])
  return named ?? (path === undefined && takesFirst ? ordered[0] : undefined)
}

function Unread({ problem, onRetry }: { problem: string | null; onRetry: () => void }) {
  if (problem === null) return <p className="changes-wait">Comparing files…</p>
  return (
    <div className="page-empty" role="alert">
      <h2>Couldn’t read the changes</h2>
      <p>{problem}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  )
}

function Nothing({ changes: { note, since, against } }: { changes: Changes }) {
  const isKnown = since !== null || against === 'head'
  return (
    <div className="page-empty">
      <h2>{isKnown ? 'No changes' : 'Nothing to compare'}</h2>
      <p>{note ?? 'Files that this conversation changes appear here.'}</p>
    </div>
  )
}

/** `words`: null where the list says it. */
function Unchosen({ words }: { words: string | null }) {
  return (
    <div className="file-view file-unchosen">
      <div className="file-note">{words !== null && <p>{words}</p>}</div>
    </div>
  )
}
