import { BookMarked } from 'lucide-react'
import { useEffect } from 'react'
import { blanksOf } from '../../../shared/domain/saved-prompt.ts'
import { loadPrompts, usePrompts } from '../../state/prompt-store.ts'
import { ui } from '../../state/ui-store.ts'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'
import { visibleSegments } from '../../ui/visible-characters.ts'

const mostShown = 20

type PromptMenuProps = { text: string; onInsert: (text: string) => void; disabled: boolean }

/** Saved prompts to put into the field. */
export function PromptMenu({ text, onInsert, disabled }: PromptMenuProps) {
  const prompts = usePrompts((state) => state.prompts)
  useEffect(() => {
    if (prompts === null) loadPrompts().catch(() => undefined)
  }, [prompts])
  const entries: MenuEntry[] = (prompts ?? []).slice(0, mostShown).map((prompt) => {
    const blanks = blanksOf(prompt.text)
    return {
      id: prompt.id,
      label: plain(prompt.name),
      ...(blanks.length > 0 ? { hint: plain(blanks.join(', ')).slice(0, 120) } : {}),
      run: () => (blanks.length > 0 ? ui.openDialog({ name: 'fill-prompt', id: prompt.id }) : onInsert(prompt.text)),
    }
  })
  if (entries.length > 0) entries.push('line')
  if (text.trim() !== '') entries.push({ id: 'save', label: 'Save as prompt…', run: () => ui.openDialog({ name: 'edit-prompt', text }) })
  else entries.push({ id: 'new', label: 'New prompt…', run: () => ui.openDialog({ name: 'edit-prompt' }) })
  entries.push({ id: 'manage', label: 'Manage prompts…', run: () => ui.openDialog({ name: 'prompts' }) })
  return (
    <ButtonMenu entries={entries}>
      <button type="button" className="composer-icon" aria-label="Saved prompts" title="Saved prompts" disabled={disabled}>
        <BookMarked size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </ButtonMenu>
  )
}

/** Nothing in it that cannot be seen. */
function plain(text: string): string {
  return visibleSegments(text)
    .map((segment) => segment.text)
    .join('')
}
