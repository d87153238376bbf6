import { useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { blanksOf } from '../../../../shared/domain/saved-prompt.ts'
import type { Option } from './option.ts'
import { chosen, tokenAt, type Token, type Written } from './token.ts'
import { useGoing, type Going } from './use-going.ts'
import { useOptions, type Options } from './use-options.ts'
import type { CompletionScope } from './use-scope.ts'

export type CompletionInput = {
  field: RefObject<HTMLTextAreaElement | null>
  text: string
  setText: (text: string) => void
  scope: CompletionScope
  /** Sends what is written. */
  submit: () => void
}

export type Completion = Omit<Options, 'own' | 'all'> & {
  isOpen: boolean
  listId: string
  /** The place of the chosen option. */
  active: number
  setActive: (place: number) => void
  choose: (option: Option, way?: 'enter' | 'drill') => void
  /** Takes a key that is for the list; true: it was. To be asked first. */
  onKey: (event: KeyboardEvent) => boolean
  /** Whether what is written is to be sent now; else it was done here, or is asked about. */
  mayGo: () => boolean
  going: Going
  scope: CompletionScope
  text: string
  /** All commands that are known here. */
  commands: readonly Option[]
  fieldProps: {
    'aria-autocomplete': 'list'
    'aria-haspopup': 'listbox'
    'aria-controls': string | undefined
    'aria-activedescendant': string | undefined
    onInput: () => void
    onSelect: () => void
    onBlur: () => void
    onFocus: () => void
    onCompositionStart: () => void
    onCompositionEnd: () => void
  }
}

const page = 8

/** What is offered for `/` and `@` while a message is written: the state of the list, its keys, and what choosing does. */
export function useCompletion({ field, text, setText, scope, submit }: CompletionInput): Completion {
  const listId = useId()
  const caret = useCaret(field, text)
  const [dismissed, setDismissed] = useState<string | null>(null)
  const here = useMemo(() => (caret.isThere ? tokenAt(text, caret.place) : null), [text, caret.place, caret.isThere])
  const key = here && `${here.kind} ${here.start}`
  // Once it is gone from, the same place offers again.
  if (dismissed !== null && key !== dismissed && !(caret.isThere && here === null && text !== '')) setDismissed(null)
  const token = key !== null && key === dismissed ? null : here
  const { own, all, ...options } = useOptions(scope, text, token)
  const [chosenAt, setChosenAt] = useState({ query: '', place: 0 })
  const count = options.options.length
  const active = token !== null && chosenAt.query === token.query ? Math.min(chosenAt.place, Math.max(0, count - 1)) : 0
  const isOpen = token !== null && (count > 0 || options.note !== null)
  const going = useGoing({ text, setText, scope, own, all, submit })
  const write = useWrite(field, setText, caret.put)
  const setActive = (place: number) => token && setChosenAt({ query: token.query, place })
  const dismiss = () => setDismissed(key)

  const choose = (option: Option, way: 'enter' | 'drill' = 'enter') => {
    if (token === null) return
    if (way === 'drill' && option.drill !== undefined) return write(chosen(text, token, option.drill, { open: true }))
    if (option.run) {
      write({ text: '', caret: 0 })
      return going.run(option.run, text)
    }
    const place: Token = option.whole ? { ...token, start: 0, end: text.length } : token
    const next = chosen(text, place, option.insert, { open: option.whole === true })
    write(next, option.icon === 'prompt' ? firstBlank(next.text) : null)
    return undefined
  }
  const onKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.nativeEvent.isComposing || event.keyCode === 229 || event.metaKey || event.ctrlKey || event.altKey) return false
    const option = options.options[active]
    const done = keyDone(event, { option, active, count, token, setActive, choose, dismiss })
    if (done) event.preventDefault()
    return done
  }
  const activeId = isOpen && count > 0 ? `${listId}-${active}` : undefined
  return {
    ...options,
    isOpen,
    listId,
    active,
    setActive,
    choose,
    onKey,
    mayGo: going.mayGo,
    going,
    scope,
    text,
    commands: all ?? [],
    fieldProps: {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': isOpen && count > 0 ? listId : undefined,
      'aria-activedescendant': activeId,
      ...caret.handlers,
    },
  }
}

type KeyPlace = {
  option: Option | undefined
  active: number
  count: number
  token: Token | null
  setActive: (place: number) => void
  choose: Completion['choose']
  dismiss: () => void
}

function keyDone(event: KeyboardEvent, { option, active, count, token, setActive, choose, dismiss }: KeyPlace): boolean {
  if (event.key === 'Escape') {
    dismiss()
    return true
  }
  if (option === undefined || event.shiftKey) return false
  switch (event.key) {
    case 'ArrowDown':
      setActive((active + 1) % count)
      return true
    case 'ArrowUp':
      setActive((active + count - 1) % count)
      return true
    case 'PageDown':
      setActive(Math.min(count - 1, active + page))
      return true
    case 'PageUp':
      setActive(Math.max(0, active - page))
      return true
    case 'Enter':
      // A name that is typed in full goes off with one press, as in a terminal.
      if (isWhole(option, token)) {
        dismiss()
        return false
      }
      choose(option)
      return true
    case 'Tab':
      choose(option, 'drill')
      return true
    case '/':
      // The folder whose name was typed, wherever it lies.
      if (option.drill === undefined || option.title.toLowerCase() !== `${lastPart(token?.query ?? '')}/`) return false
      choose(option, 'drill')
      return true
    default:
      return false
  }
}

function isWhole(option: Option, token: Token | null): boolean {
  return token?.kind === 'command' && option.icon !== 'prompt' && option.insert.toLowerCase() === `/${token.query.toLowerCase()}`
}

function lastPart(query: string): string {
  return query.slice(query.lastIndexOf('/') + 1).toLowerCase()
}

function firstBlank(text: string): [number, number] | null {
  const [name] = blanksOf(text)
  const at = name === undefined ? -1 : text.indexOf('{{')
  return at < 0 ? null : [at, text.indexOf('}}', at) + 2]
}

/** Where the caret is while the field has the focus and nothing is being composed. What was not typed, such as an earlier message, offers nothing. */
function useCaret(field: RefObject<HTMLTextAreaElement | null>, text: string) {
  const [place, setPlace] = useState(0)
  const [hasFocus, setFocus] = useState(false)
  const [isComposing, setComposing] = useState(false)
  const [hasRange, setRange] = useState(false)
  const [typed, setTyped] = useState('')
  const look = () => {
    const element = field.current
    if (!element) return
    setPlace(element.selectionStart)
    setRange(element.selectionStart !== element.selectionEnd)
    setFocus(document.activeElement === element)
  }
  return {
    place,
    put: (text: string, place: number) => {
      setTyped(text)
      setPlace(place)
    },
    isThere: hasFocus && !isComposing && !hasRange && typed === text,
    handlers: {
      onInput: () => {
        setTyped(field.current?.value ?? '')
        look()
      },
      onSelect: look,
      onFocus: look,
      onBlur: () => setFocus(false),
      onCompositionStart: () => setComposing(true),
      onCompositionEnd: () => setComposing(false),
    },
  }
}

/** Writes into the field and puts the caret, which React would leave at the end. */
function useWrite(
  field: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
  put: (text: string, place: number) => void,
) {
  const wanted = useRef<[number, number] | null>(null)
  useLayoutEffect(() => {
    if (wanted.current) field.current?.setSelectionRange(...wanted.current)
    wanted.current = null
  })
  return ({ text, caret }: Written, range: [number, number] | null = null) => {
    wanted.current = range ?? [caret, caret]
    setText(text)
    put(text, caret)
    field.current?.focus()
  }
}
