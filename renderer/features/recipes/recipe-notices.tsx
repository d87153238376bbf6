import { Button } from '../../ui/button.tsx'
import { FaultRows } from './fault-rows.tsx'
import { useTaskFile } from './new-recipe.ts'
import type { RecipeText } from './use-recipe-text.ts'

export type NoticesProps = {
  state: RecipeText
  isNew: boolean
  onKeepMine: () => void
  onUseTheirs: () => void
  onDiscard: () => void
}

/** What has happened to a recipe besides what is written here. */
export function RecipeNotices({ state, isNew, onKeepMine, onUseTheirs, onDiscard }: NoticesProps) {
  const { conflict, problem, restored, dirty } = state
  return (
    <>
      {conflict !== null && (
        <div className="recipe-notice" role="alert">
          <p>
            {conflict === 'gone' ? 'This recipe was deleted elsewhere.' : 'This recipe was changed elsewhere since you opened it.'} Your
            text is kept here.
          </p>
          <Button small onClick={onKeepMine}>
            {conflict === 'gone' ? 'Save it again' : 'Overwrite with mine'}
          </Button>
          <Button small onClick={onUseTheirs}>
            {conflict === 'gone' ? 'Discard mine' : 'Use the other version'}
          </Button>
        </div>
      )}
      {restored && dirty && conflict === null && (
        <div className="recipe-notice">
          <p>{isNew ? 'Not saved yet.' : 'Unsaved changes from earlier are shown.'}</p>
          <Button small onClick={onDiscard}>
            Discard
          </Button>
        </div>
      )}
      {isNew && <FromTaskFile />}
      {problem !== null && (
        <p className="recipe-notice problem" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}

function FromTaskFile() {
  const file = useTaskFile((state) => state.file)
  if (!file) return null
  return (
    <div className="recipe-notice recipe-from">
      <p>
        Made from {file.name}.{' '}
        {file.faults.length === 0 ? 'Every line of it was understood.' : 'These lines of it were not understood and are left out:'}
      </p>
      {file.faults.length > 0 && <FaultRows label={`Lines of ${file.name}`} faults={file.faults} />}
    </div>
  )
}
