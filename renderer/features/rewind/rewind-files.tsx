import type { KeptFile, Rewind, RewindFile } from '../../../shared/domain/rewind.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { clippedWords } from '../../words/clip-text.ts'
import { plural } from '../../words/figures.ts'
import { actionWords, keptWords } from '../../words/rewind-words.ts'
import './rewind.css'

const firstShown = 40
const longestPath = 300

type RewindFilesProps = {
  preview: Rewind
  /** Files that others changed and that are to be overwritten. */
  overwrite: ReadonlySet<string>
  setOverwrite: (paths: ReadonlySet<string>) => void
}

/** What would become of the files: those that change, those that others changed since, and those that are left alone. */
export function RewindFiles({ preview, overwrite, setOverwrite }: RewindFilesProps) {
  const { files, fileCount, kept } = preview
  const theirs = kept.filter(({ reason }) => reason === 'changed-since')
  const others = kept.filter(({ reason }) => reason !== 'changed-since')
  return (
    <>
      <section className="rewind-part" aria-label="Files that change">
        <h2>{fileCount === 0 ? 'No files to change' : `${plural(fileCount, 'file')} will change`}</h2>
        {files.length > 0 && (
          <ul className="rewind-files">
            <SomeItems items={files} first={firstShown} name="files">
              {(file) => <FileLine key={file.path} file={file} />}
            </SomeItems>
          </ul>
        )}
      </section>
      {theirs.length > 0 && <Theirs kept={theirs} overwrite={overwrite} setOverwrite={setOverwrite} />}
      {others.length > 0 && (
        <section className="rewind-part" aria-label="Files left alone">
          <h2>Left alone</h2>
          <ul className="rewind-files">
            <SomeItems items={others} first={10} name="files">
              {(file) => <LeftLine key={`${file.reason} ${file.path}`} file={file} />}
            </SomeItems>
          </ul>
        </section>
      )}
    </>
  )
}

function FileLine({ file: { path, action, added, removed } }: { file: RewindFile }) {
  return (
    <li>
      <Path path={path} />
      <span className="rewind-facts">
        {added !== null && added > 0 && <span className="rewind-added">+{added}</span>}
        {removed !== null && removed > 0 && <span className="rewind-removed">−{removed}</span>}
        <span>{actionWords[action]}</span>
      </span>
    </li>
  )
}

function LeftLine({ file: { path, reason } }: { file: KeptFile }) {
  return (
    <li>
      <Path path={path} />
      <span className="rewind-facts">{keptWords[reason]}</span>
    </li>
  )
}

function Theirs({ kept, overwrite, setOverwrite }: { kept: readonly KeptFile[] } & Omit<RewindFilesProps, 'preview'>) {
  const set = (paths: readonly string[], on: boolean) => {
    const next = new Set(overwrite)
    for (const path of paths)
      if (on) next.add(path)
      else next.delete(path)
    setOverwrite(next)
  }
  const all = kept.map(({ path }) => path)
  const isAll = all.every((path) => overwrite.has(path))
  return (
    <section className="rewind-part" aria-label="Changed since by you or someone else">
      <h2>Changed since by you or someone else</h2>
      <p className="rewind-hint">These stay as they are. Select the ones to overwrite.</p>
      {kept.length > 1 && (
        <label className="rewind-choice">
          <input type="checkbox" checked={isAll} onChange={(event) => set(all, event.target.checked)} />
          <span>Overwrite all {kept.length}</span>
        </label>
      )}
      <SomeItems items={kept} first={firstShown} name="files">
        {({ path, action }) => (
          <label className="rewind-choice" key={path}>
            <input type="checkbox" checked={overwrite.has(path)} onChange={(event) => set([path], event.target.checked)} />
            <Path path={path} />
            {action && <span className="rewind-facts">{overwrite.has(path) ? actionWords[action] : 'Kept'}</span>}
          </label>
        )}
      </SomeItems>
    </section>
  )
}

function Path({ path }: { path: string }) {
  return (
    <span className="rewind-path" dir="auto" title={path.length > longestPath ? undefined : path}>
      <VisibleText text={clippedWords(path, longestPath)} />
    </span>
  )
}
