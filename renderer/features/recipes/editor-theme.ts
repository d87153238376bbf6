import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', color: 'var(--color-text)', backgroundColor: 'var(--color-raised)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--color-text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--color-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--color-mark)',
  },
  '.cm-gutters': { backgroundColor: 'var(--color-raised)', color: 'var(--color-faint)', borderRight: '1px solid var(--color-line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--color-hover) 55%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--color-hover)', color: 'var(--color-text)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--color-selected)', outline: 'none' },
  '.cm-tooltip': {
    color: 'var(--color-text)',
    backgroundColor: 'var(--color-raised)',
    border: '1px solid var(--color-line)',
    borderRadius: '8px',
    boxShadow: '0 6px 24px rgb(0 0 0 / 14%)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', fontSize: '12px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', color: 'var(--color-text)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--color-selected)',
    color: 'var(--color-text)',
  },
  '.cm-completionDetail': { color: 'var(--color-faint)', fontStyle: 'normal' },
  '.cm-diagnostic': { fontFamily: 'var(--font-words)', padding: '4px 10px', whiteSpace: 'pre-wrap', maxWidth: '460px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--color-failed)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--color-held)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--color-failed) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--color-held) 1px', textUnderlineOffset: '3px' },
})

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--token-function)' },
  { tag: [tags.string, tags.content], color: 'var(--color-text)' },
  { tag: [tags.keyword, tags.bool, tags.null, tags.number], color: 'var(--token-constant)' },
  { tag: tags.comment, color: 'var(--color-faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--color-soft)' },
])

/** Dark and light by the app's own variables. */
export const editorTheme = [look, syntaxHighlighting(colours)]
