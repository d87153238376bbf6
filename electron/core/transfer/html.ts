import { createHash } from 'node:crypto'
import type { Block, Message } from '../../../shared/domain/message.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { originWords } from '../../../shared/domain/work-origin.ts'
import { proseHtml, escapeHtml } from './prose.ts'
import { oneLine, shellWords, speakers, toolInput, toolLine } from './tool-words.ts'

const style = `:root{color-scheme:light dark}
body{max-width:820px;margin:0 auto;padding:32px 20px;font:15px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:22px;line-height:1.3}.facts,.who,summary{color:GrayText;font-size:13px}
article{margin:22px 0}.user{padding:10px 14px;border-radius:10px;background:color-mix(in srgb,CanvasText 7%,Canvas)}
.agent{margin-left:24px}.who{margin:0 0 4px}p,ul,ol,pre,blockquote{margin:8px 0}
pre{padding:10px 12px;border-radius:8px;overflow-x:auto;white-space:pre-wrap;font:12.5px/1.5 ui-monospace,monospace;background:color-mix(in srgb,CanvasText 5%,Canvas)}
code{font:.9em ui-monospace,monospace;background:color-mix(in srgb,CanvasText 7%,Canvas);border-radius:4px;padding:0 3px}
pre code{background:none;padding:0}details{margin:8px 0}summary{cursor:pointer}.failed summary{color:#b3261e}
blockquote{border-left:3px solid GrayText;padding-left:12px}img{max-width:100%;border-radius:8px}
table{border-collapse:collapse}td,th{border:1px solid GrayText;padding:2px 8px;text-align:left}`

/** Nothing runs, nothing is fetched and nothing is sent from the page: its own style and its own pictures alone. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`

/** The beginning of a conversation as a page that needs no other file. */
export function htmlHead({ title, createdAt, cwd, tags, messageCount, origin }: Conversation): string {
  const facts = [
    createdAt.slice(0, 16).replace('T', ' '),
    cwd,
    `${messageCount} messages`,
    ...tags.map((tag) => `#${tag}`),
    ...(origin ? [originWords(origin)] : []),
  ]
  const words = escapeHtml(oneLine(title, 300))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${words}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${words}</h1>
<p class="facts">${facts.flatMap((fact) => (fact === null ? [] : [escapeHtml(fact)])).join(' · ')}</p>
`
}

export const htmlTail = '</main>\n</body>\n</html>\n'

/** One message as part of the page; empty for one without anything to read. */
export function htmlMessage(message: Message): string {
  const parts = message.blocks.map(blockHtml).filter((part) => part !== '')
  if (parts.length === 0) return ''
  const classes = [message.role, message.parentToolUseId === undefined ? null : 'agent'].filter(Boolean).join(' ')
  const who = `${speakers[message.role]}${message.parentToolUseId === undefined ? '' : ' (sub-agent)'}${message.partial ? ' (cut off)' : ''}`
  const { createdAt } = message
  const time = `<time datetime="${escapeHtml(createdAt)}">${escapeHtml(createdAt.slice(0, 16).replace('T', ' '))}</time>`
  return `<article class="${classes}"><p class="who">${who} · ${time}</p>${parts.join('')}</article>\n`
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'text':
      return proseHtml(block.text)
    case 'thinking':
      return block.text.trim() === '' ? '' : folded('Thinking', proseHtml(block.text))
    case 'image':
      return `<img alt="An image" src="data:${block.mediaType};base64,${escapeHtml(block.data)}">`
    case 'document':
      return block.mediaType === 'text/plain'
        ? folded(block.name, `<pre>${escapeHtml(block.data)}</pre>`)
        : `<p>${escapeHtml(`[PDF: ${oneLine(block.name, 300)}]`)}</p>`
    case 'shell':
      return folded(`! ${block.command}`, `<pre>${escapeHtml(shellWords(block))}</pre>`, block.exitCode !== 0)
    case 'tool_use':
      return folded(toolLine(block), `<pre>${escapeHtml(toolInput(block).text)}</pre>`)
    case 'tool_result': {
      const images = (block.images ?? []).map((image) => blockHtml({ type: 'image', ...image })).join('')
      return folded(block.isError ? 'It failed' : 'What it answered', `<pre>${escapeHtml(block.output)}</pre>${images}`, block.isError)
    }
  }
}

function folded(summary: string, content: string, failed = false): string {
  return `<details${failed ? ' class="failed"' : ''}><summary>${escapeHtml(oneLine(summary, 200))}</summary>${content}</details>`
}
