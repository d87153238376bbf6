import { ChevronRight, FolderTree, List, MessageSquare } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { ChangedFile, Changes } from '../../../shared/domain/changes.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { countWords, uncoveredWords } from '../../words/changes-words.ts'
import { plural } from '../../words/figures.ts'
import { choiceOf, type FileChoice } from './choice.ts'
import { ByMark, fileWords, KindMark } from './file-marks.tsx'
import { listRows, treeRows, type FileRow } from './file-rows.ts'
import { setLooks, useLooks } from './review.ts'
import { ShareBox } from './share-box.tsx'
import { useKeysWithin } from './use-keys-within.ts'

type FileListProps = {
  changes: Changes
  /** As far as the filter and the search leave them. */
  files: readonly ChangedFile[]
  filter: string
  onFilter: (filter: string) => void
  current: string | undefined
  onOpen: (path: string) => void
  choices: ReadonlyMap<string, FileChoice>
  canChoose: boolean
  onChoose: (files: readonly ChangedFile[], on: boolean) => void
  comments: readonly ReviewComment[]
  /** Matches of the search, by path. */
  counts: ReadonlyMap<string, number> | null
}

/** The changed files, as a tree or a list. */
export function FileList(props: FileListProps) {
  const { changes, files, filter, onFilter, canChoose, choices, onChoose } = props
  const tree = useLooks((looks) => looks.tree)
  const shares = files.map((file) => choiceOf(file, choices))
  const share = shares.every((one) => one === 'all') ? 'all' : shares.every((one) => one === 'none') ? 'none' : 'some'
  return (
    <nav className="file-list" aria-label="Changed files">
      <div className="file-list-head">
        {canChoose && files.length > 0 && (
          <ShareBox share={share} label="Commit all of these files" onChange={(on) => onChoose(files, on)} />
        )}
        <input
          className="input file-filter"
          type="search"
          placeholder="Filter files"
          aria-label="Filter files"
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
        />
        <IconButton
          label={tree ? 'Show as a list' : 'Show as a tree'}
          icon={tree ? List : FolderTree}
          size={15}
          onClick={() => setLooks({ tree: !tree })}
        />
      </div>
      {files.length === 0 ? <p className="file-list-note">No file matches</p> : <Rows {...props} tree={tree} />}
      {changes.files > changes.items.length && (
        <p className="file-list-note">
          The first {changes.items.length.toLocaleString('en-US')} of {changes.files.toLocaleString('en-US')} files
        </p>
      )}
      <Uncovered changes={changes} />
    </nav>
  )
}

function Rows({ files, tree, current, onOpen, ...rest }: FileListProps & { tree: boolean }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => (tree ? treeRows(files, closed) : listRows(files)), [files, tree, closed])
  const at = rows.findIndex((row) => row.type === 'file' && row.file.path === current)
  const toggle = (path: string) =>
    setClosed(closed.has(path) ? new Set([...closed].filter((one) => one !== path)) : new Set([...closed, path]))
  useEffect(() => {
    if (at >= 0) list.current?.scrollIntoView({ index: at })
  }, [at])
  useKeysWithin(frame, (event) => {
    const place = Number(event.target instanceof Element ? (event.target.closest('[data-index]')?.getAttribute('data-index') ?? -1) : -1)
    const row = rows[place]
    const isFold = row?.type === 'folder' && (event.key === 'ArrowLeft' ? row.open : event.key === 'ArrowRight' && !row.open)
    const to = rowOfKey(event.key, place, rows.length)
    if (event.ctrlKey || event.metaKey || event.altKey || (to === undefined && !isFold)) return
    event.preventDefault()
    if (row?.type === 'folder' && isFold) return toggle(row.path)
    const index = Math.max(0, Math.min(rows.length - 1, to ?? 0))
    return list.current?.scrollIntoView({ index, done: () => focusInRow(frame.current, index, '.file-open') })
  })
  return (
    <div ref={frame} className="file-list-frame">
      <Virtuoso
        ref={list}
        className="file-list-rows"
        data={rows}
        fixedItemHeight={26}
        increaseViewportBy={150}
        tabIndex={-1}
        initialTopMostItemIndex={Math.max(0, at)}
        computeItemKey={(_, row) => (row.type === 'file' ? row.file.path : `folder ${row.path}`)}
        itemContent={(index, row) =>
          row.type === 'folder' ? (
            <FolderRow row={row} isFirst={index === 0} onToggle={toggle} />
          ) : (
            <FileRowView {...rest} row={row} isCurrent={index === at} isFirst={index === (at < 0 ? 0 : at)} onOpen={onOpen} />
          )
        }
      />
    </div>
  )
}

type FolderRowProps = { row: Extract<FileRow, { type: 'folder' }>; isFirst: boolean; onToggle: (path: string) => void }

const FolderRow = memo(function FolderRow({ row: { path, name, depth, files, open }, isFirst, onToggle }: FolderRowProps) {
  return (
    <div className="file-row" style={{ paddingInlineStart: 8 + depth * 12 }}>
      <button
        type="button"
        className="file-open folder-open"
        aria-expanded={open}
        tabIndex={isFirst ? 0 : -1}
        onClick={() => onToggle(path)}
      >
        <ChevronRight size={13} strokeWidth={1.75} aria-hidden className="folder-mark" />
        <span className="file-name" dir="ltr">
          <VisibleText text={clippedWords(name, 200)} />
        </span>
        {!open && <span className="figure file-row-counts">{plural(files, 'file')}</span>}
      </button>
    </div>
  )
})

type FileRowProps = Pick<FileListProps, 'choices' | 'canChoose' | 'onChoose' | 'comments' | 'counts' | 'onOpen'> & {
  row: Extract<FileRow, { type: 'file' }>
  isCurrent: boolean
  /** Tab comes to it. */
  isFirst: boolean
}

const FileRowView = memo(function FileRowView({
  row: { file, name, depth },
  isCurrent,
  isFirst,
  onOpen,
  choices,
  canChoose,
  onChoose,
  comments,
  counts,
}: FileRowProps) {
  const choice = choiceOf(file, choices)
  const said = comments.filter(({ path }) => path === file.path).length
  const found = counts?.get(file.path)
  const figures = found === undefined ? countWords(file) : plural(found, 'match', 'matches')
  const shown = visibleText(clippedWords(name, 200))
  return (
    <div className="file-row" data-current={isCurrent} style={{ paddingInlineStart: 8 + depth * 12 }}>
      {canChoose && (
        <ShareBox
          share={typeof choice === 'string' ? choice : 'some'}
          label={`Commit ${clippedWords(file.path, 200)}`}
          onChange={(on) => onChoose([file], on)}
        />
      )}
      <button
        type="button"
        className="file-open"
        aria-label={fileWords(file, shown, said === 0 ? '' : plural(said, 'comment'), figures)}
        aria-current={isCurrent ? 'true' : undefined}
        tabIndex={isFirst ? 0 : -1}
        title={file.path.slice(0, 400)}
        onClick={() => onOpen(file.path)}
      >
        <KindMark kind={file.kind} silent />
        <span className="file-name" dir="ltr">
          <VisibleText text={clippedWords(name, 200)} />
        </span>
        <ByMark by={file.by} silent />
        {said > 0 && (
          <span className="file-said" title={plural(said, 'comment')}>
            <MessageSquare size={12} strokeWidth={1.75} aria-hidden />
            {said}
          </span>
        )}
        <span className="figure file-row-counts">{figures}</span>
      </button>
    </div>
  )
})

const firstUncovered = 100

function Uncovered({ changes: { uncovered } }: { changes: Changes }) {
  if (uncovered.length === 0) return null
  return (
    <details className="uncovered">
      <summary>{plural(uncovered.length, 'changed file')} not covered</summary>
      <ul>
        {uncovered.slice(0, firstUncovered).map(({ path, reason }) => (
          <li key={path}>
            <span dir="ltr">
              <VisibleText text={clippedWords(path, 200)} />
            </span>{' '}
            · {uncoveredWords[reason]}
          </li>
        ))}
      </ul>
      {uncovered.length > firstUncovered && <p>and {uncovered.length - firstUncovered} more</p>}
    </details>
  )
}
