import type { Root, RootContent } from 'hast'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMarkdown } from './parse-markdown.ts'

/** The tree as a line of marks, to compare. */
function drawn(text: string, references = '', maxNodes = 1_000): string {
  return written(parseMarkdown(text, references, maxNodes).root)
}

function written(node: Root | RootContent): string {
  if (node.type === 'text') return node.value
  if (node.type !== 'root' && node.type !== 'element') return ''
  const inner = node.children.map(written).join('')
  if (node.type === 'root') return inner
  const kind = node.properties['className']
  const name = Array.isArray(kind) ? `${node.tagName}.${kind.join('.')}` : node.tagName
  return `<${name}${typeof node.properties['href'] === 'string' ? ` ${node.properties['href']}` : ''}>${inner}</>`
}

test.each([
  ['tildes between numbers', 'Takes 3~5 days, the rest 6~8 days.', '<p>Takes 3~5 days, the rest 6~8 days.</>'],
  ['two tildes', '~~gone~~', '<p><del>gone</></>'],
  [
    'emphasis beside wide punctuation',
    '这是**重点（注）**后面的字。これは**「強調」**です。',
    '<p>这是<strong>重点（注）</>后面的字。これは<strong>「強調」</>です。</>',
  ],
  [
    'an address before wide punctuation',
    '见 https://example.com/path，然后**继续**。',
    '<p>见 <a https://example.com/path>https://example.com/path</>，然后<strong>继续</>。</>',
  ],
  ['an address in brackets', '(https://a.example/b_(c)).', '<p>(<a https://a.example/b_(c)>https://a.example/b_(c)</>).</>'],
  [
    'an address with marks in it',
    'https://a.example/__init__.py',
    '<p><a https://a.example/__init__.py>https://a.example/__init__.py</></>',
  ],
  ['words behind a port', 'http://localhost:3000を開く', '<p><a http://localhost:3000>http://localhost:3000</>を開く</>'],
  ['words behind a host', 'https://a.example查看', '<p><a https://a.example>https://a.example</>查看</>'],
  ['a particle behind a path', 'https://a.example/docs에서 확인', '<p><a https://a.example/docs>https://a.example/docs</>에서 확인</>'],
  [
    'a page with a name in two scripts',
    'https://a.example/wiki/C언어 x',
    '<p><a https://a.example/wiki/C%EC%96%B8%EC%96%B4>https://a.example/wiki/C언어</> x</>',
  ],
  [
    'words behind an address in bold',
    '**见 https://a.example/x**请',
    '<p><strong>见 <a https://a.example/x>https://a.example/x</></>请</>',
  ],
  ['an Arabic comma behind an address', 'https://a.example/x، y', '<p><a https://a.example/x>https://a.example/x</>، y</>'],
  ['an address in bold', '**https://a.example**', '<p><strong><a https://a.example>https://a.example</></></>'],
  ['an address as the words of a link', '[https://a.example](https://b.example)', '<p><a https://b.example>https://a.example</></>'],
  ['types', 'Use Vec<T>, Option<String> or <Foo>.', '<p>Use Vec<T>, Option<String> or <Foo>.</>'],
  ['line breaks in cells', '| a |\n|---|\n| x<br>y |', 'x<br></>y'],
  ['bars in code in cells', '| a | b |\n|---|---|\n| `x|y` | 2 |', '<code>x|y</></>\n<td>2</>'],
  ['more cells than the heading has', '| a |\n|---|\n| 1 | 2 |', '<td>2</>'],
  ['backslashes', 'C:\\Users\\me \\d+ "\\" \\\\server\\share', '<p>C:\\Users\\me \\d+ "\\" \\\\server\\share</>'],
  ['escaped marks', '\\*no\\* \\[x\\](y) \\`z\\`', '<p>*no* [x](y) `z`</>'],
  ['a formula', 'So $a_1 + b_2$ and \\(x^2\\).', '<p>So <code.math-inline>a_1 + b_2</> and <code.math-inline>x^2</>.</>'],
  ['a formula on its own', '\\[\nx^2\n\\]', '<p><code.math-display>x^2</></>'],
  ['money', 'price $5 and $6, $5-$10, US$5, 5$ or 6$', '<p>price $5 and $6, $5-$10, US$5, 5$ or 6$</>'],
  ['variables of a shell', '$HOME/$USER and $PATH', '<p>$HOME/$USER and $PATH</>'],
  ['a bracket that is not closed', 'a \\( b', '<p>a \\( b</>'],
])('%s', (_name, text, shown) => expect(drawn(text)).toContain(shown))

test('links and footnotes are found in what is given beside the block', () => {
  expect(drawn('See [a] and[^n].', '[a]: https://a.example\n[^n]: -')).toBe('<p>See <a https://a.example>a</> and<sup>n</>.</>')
  expect(drawn('[^n]: The note.')).toBe('<section><p>The note.</></>')
})

test('what is nested too deeply is shown as it was written', () => {
  expect(drawn(`${'> '.repeat(60)}end`)).toContain('end')
})

test('a tree that is too large is cut, and says where', () => {
  const text = Array.from({ length: 200 }, (_, place) => `- item ${place}`).join('\n')
  const { root, shownTo, length } = parseMarkdown(text, '', 100)
  expect(length).toBe(text.length)
  expect(shownTo).toBeLessThan(length)
  const last = text.slice(0, shownTo).split('\n').at(-1) ?? ''
  expect(written(root)).toContain(last.slice(2))
  expect(parseMarkdown(text, '', 10_000).shownTo).toBe(length)
})

test('marks piled up on a letter are counted', () => {
  expect(drawn(`a${'\u0301'.repeat(200)}b`)).toBe(`<p>a${'\u0301'.repeat(12)}⟨188 more marks⟩b</>`)
})

test('no word is lost, whatever stands around it', () => {
  const piece = fc.constantFrom(
    'word',
    '*',
    '**',
    '_',
    '~~',
    '`',
    '[',
    '](',
    ')',
    '<b>',
    '$',
    '$$',
    '\\(',
    '\\)',
    '\\',
    ' ',
    '\n',
    '> ',
    '- ',
    '|',
    '，',
    'https://a.example/',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      // A link's address is not among what is drawn as words.
      const text = pieces.join('').replaceAll('](', '] (')
      // Nor is what stands behind the opening fence of a code block: it names the language.
      fc.pre(!/(?:~{3}|`{3}).*word/.test(text))
      const { root } = parseMarkdown(text, '', 5_000)
      const count = (where: string) => where.split('word').length
      expect(count(written(root))).toBeGreaterThanOrEqual(count(text))
    }),
    { numRuns: 500 },
  )
})
