import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore, type ThemedToken } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'
import { languageLoaders } from './highlight-languages.ts'
import { tokenKinds, type HighlightAnswer, type HighlightedLines, type HighlightRequest, type TokenSpan } from './highlight-protocol.ts'

const prefix = '--c-'
const theme = createCssVariablesTheme({ name: 'kinds', variablePrefix: prefix })
let ready: Promise<HighlighterCore> | undefined

/** Colours code away from the page's own thread; regular expressions are JavaScript's, so no WebAssembly is needed. */
addEventListener('message', (event: MessageEvent<HighlightRequest>) => {
  const { id, language, code } = event.data
  const answer = (lines: HighlightedLines | null) => {
    const message: HighlightAnswer = { id, lines }
    postMessage(message)
  }
  highlight(language, code).then(answer, () => answer(null))
})

async function highlight(language: string, code: string): Promise<HighlightedLines | null> {
  ready ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) })
  const highlighter = await ready
  const load = languageLoaders[language]
  if (!load) return null
  if (!highlighter.getLoadedLanguages().includes(language)) await highlighter.loadLanguage(load)
  const lines = highlighter.codeToTokensBase(code, { lang: language, theme: 'kinds', tokenizeMaxLineLength: 2000, tokenizeTimeLimit: 300 })
  return lines.map(spansOf)
}

/** Neighbours of one kind become one stretch: fewer elements for the page. */
function spansOf(tokens: readonly ThemedToken[]): TokenSpan[] {
  const spans: TokenSpan[] = []
  for (const token of tokens) {
    const kind = kindOf(token.color)
    const last = spans.at(-1)
    if (last && (last[1] === kind || token.content.trim() === '')) spans[spans.length - 1] = [last[0] + token.content.length, last[1]]
    else spans.push([token.content.length, kind])
  }
  return spans
}

const kindByColor = new Map(tokenKinds.map((kind, place) => [`var(${prefix}token-${kind})`, place]))

function kindOf(color: string | undefined): number {
  return kindByColor.get(color ?? '') ?? 0
}
