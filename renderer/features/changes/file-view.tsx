import { ArrowLeft, ChevronDown, ChevronUp, Ellipsis, Undo2 } from 'lucide-react'
import { useMemo, type Ref } from 'react'
import type { ChangedFile, FileDiff } from '../../../shared/domain/changes.ts'
import { copyEntry, openEntries } from '../../commands/open-actions.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import { ui } from '../../state/ui-store.ts'
import type { DiffLayout, NumberedLine } from '../../tools/diff/diff-rows.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { ButtonMenu } from '../../ui/menu.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { countWords, kindWords, sizesWords } from '../../words/changes-words.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { plural } from '../../words/figures.ts'
import { ByMark, KindMark } from './file-marks.tsx'
import { chosenLines, type FileChoice } from './choice.ts'
import { PictureDiff } from './picture-diff.tsx'
import { ShareBox } from './share-box.tsx'
import { asksFirst, takeBackNow } from './take-back.ts'
import { TextDiff, type DiffHandle } from './text-diff.tsx'
import { useFileDiff } from './use-file-diff.ts'

type FileViewProps = {
  ref: Ref<DiffHandle>
  conversationId: string
  /** The folder that paths are in. */
  folder: string
  against: string
  whitespace: boolean
  layout: DiffLayout
  search: string
  file: ChangedFile
  comments: readonly ReviewComment[]
  choice: FileChoice
  canChoose: boolean
  onChoose: (choice: FileChoice) => void
  /** Back to the list, where there is room for one of both. */
  onBack: () => void
  /** To the next file, or the one before. */
  onStep: (by: 1 | -1) => void
  start: number | 'first' | 'last' | null
}

const longestPath = 400

/** One changed file: what became of it, and its difference. */
export function FileView(props: FileViewProps) {
  const { conversationId, file } = props
  const takeBackFile = () => {
    const files = [{ path: file.path, version: file.version }]
    if (asksFirst([file])) ui.openDialog({ name: 'take-back', id: conversationId, files })
    else takeBackNow(conversationId, files, `the changes to ${clippedWords(file.path, 60)}`)
  }
  return (
    <section className="file-view" aria-label={`Changes to ${file.path}`}>
      <FileHead {...props} onTakeBack={takeBackFile} />
      <FileBody key={file.path} {...props} />
    </section>
  )
}

function FileHead({
  conversationId,
  folder,
  file,
  choice,
  canChoose,
  onChoose,
  onBack,
  onStep,
  onTakeBack,
}: FileViewProps & { onTakeBack: () => void }) {
  const { path, from, kind } = file
  const place = { conversationId, path: `${folder}/${path}` }
  return (
    <div className="file-head">
      <IconButton className="icon-button file-back" label="All changed files" icon={ArrowLeft} onClick={onBack} />
      {canChoose && (
        <ShareBox
          share={typeof choice === 'string' ? choice : 'some'}
          label="Commit this file"
          onChange={(on) => onChoose(on ? 'all' : 'none')}
        />
      )}
      <KindMark kind={kind} />
      <h2 className="file-path" dir="ltr" title={path.slice(0, longestPath)}>
        {from !== undefined && (
          <>
            <VisibleText text={clippedWords(from, longestPath)} />
            <span className="file-from"> → </span>
          </>
        )}
        <VisibleText text={clippedWords(path, longestPath)} />
      </h2>
      <span className="figure file-counts">{countWords(file) || sizesWords(file)}</span>
      <ByMark by={file.by} />
      <span className="file-acts">
        <IconButton label="Previous file" hint="Previous file (K)" icon={ChevronUp} onClick={() => onStep(-1)} />
        <IconButton label="Next file" hint="Next file (J)" icon={ChevronDown} onClick={() => onStep(1)} />
        <Button small variant="quiet" onClick={onTakeBack} title="Take back the changes to this file">
          <Undo2 size={14} strokeWidth={1.75} aria-hidden />
          <span className="file-act-words">Take back</span>
        </Button>
        <ButtonMenu entries={[...(kind === 'deleted' ? [] : openEntries(place)), copyEntry(path)]}>
          <button type="button" className="icon-button" aria-label="Open this file" title="Open, show in folder, copy path">
            <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
          </button>
        </ButtonMenu>
      </span>
    </div>
  )
}

function FileBody(props: FileViewProps) {
  const { conversationId, against, whitespace, file, start } = props
  const { query, diff, problem, again } = useFileDiff(conversationId, against, whitespace, file, start === null || start === 'first')
  const takeLinesBack = (lines: readonly NumberedLine[]) => {
    if (diff === null) return
    const files = [{ path: diff.path, version: diff.version, lines: chosenLines(lines) }]
    takeBackNow(conversationId, files, `${plural(lines.length, 'line')} of ${clippedWords(diff.path, 60)}`)
  }
  if (problem !== null)
    return (
      <div className="file-note" role="alert">
        <p>{problem}</p>
        <Button small onClick={again}>
          Try again
        </Button>
      </div>
    )
  if (diff === null) return <div className="file-note" aria-busy="true" />
  if (diff.hunks.length > 0)
    return (
      <>
        {diff.encoding === 'latin1' && <p className="file-warning">This file is not UTF-8; other bytes are shown as Latin-1 characters.</p>}
        <TextDiff {...props} canChoose={props.canChoose && diff.nextLine === null} query={query} diff={diff} onTakeBack={takeLinesBack} />
      </>
    )
  return <WithoutLines diff={diff} whitespace={whitespace} />
}

function WithoutLines({ diff, whitespace }: { diff: FileDiff; whitespace: boolean }) {
  const words = useMemo(() => noLineWords(diff, whitespace), [diff, whitespace])
  if (diff.oldPicture !== undefined || diff.newPicture !== undefined) return <PictureDiff diff={diff} />
  return (
    <div className="file-note">
      <p>{words}</p>
      {diff.content === 'link' && <LinkTargets diff={diff} />}
    </div>
  )
}

function LinkTargets({ diff: { oldTarget, newTarget } }: { diff: FileDiff }) {
  return (
    <dl className="link-targets">
      {[
        { name: 'Was', target: oldTarget },
        { name: 'Is', target: newTarget },
      ].map(
        ({ name, target }) =>
          target !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="ltr">
                <VisibleText text={clippedWords(target, longestPath)} />
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}

function noLineWords({ kind, content, newSize }: FileDiff, whitespace: boolean): string {
  if (content === 'link') return 'A symbolic link.'
  if (content === 'repository') return 'A repository of its own within this folder. Its changes are reviewed there.'
  if (content === 'large') return 'Too large to compare line by line.'
  if (content === 'binary' || content === 'picture') return kind === 'renamed' ? 'A binary file that was renamed.' : 'A binary file.'
  if (kind === 'mode') return 'Only its permissions changed: whether it can be run.'
  if (kind === 'renamed') return 'Renamed without other changes.'
  if (kind === 'created' && newSize === 0) return 'A new, empty file.'
  if (kind === 'deleted') return 'An empty file was deleted.'
  return whitespace ? `${kindWords[kind].word}; no lines differ.` : 'Only white space differs.'
}
