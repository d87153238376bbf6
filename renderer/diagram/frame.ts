/**
 * Runs alone in a sandboxed frame beside mermaid's own script, without modules: draws what the page sends and answers the picture as text.
 * Nothing here can reach the page, its storage or the network.
 */
type Mermaid = {
  initialize: (settings: Readonly<Record<string, unknown>>) => void
  render: (id: string, source: string) => Promise<{ svg: string }>
}
declare const mermaid: Mermaid

const settings = {
  startOnLoad: false,
  securityLevel: 'strict',
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  suppressErrorRendering: true,
  maxTextSize: 20_000,
  maxEdges: 300,
  fontFamily: 'system-ui, sans-serif',
  // What a diagram may not choose for itself.
  secure: [
    'secure',
    'securityLevel',
    'startOnLoad',
    'maxTextSize',
    'maxEdges',
    'suppressErrorRendering',
    'htmlLabels',
    'fontFamily',
    'dompurifyConfig',
  ],
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = event.data
  if (event.source !== parent || typeof message !== 'object' || message === null) return
  if (!('id' in message) || !('source' in message) || typeof message.id !== 'number' || typeof message.source !== 'string') return
  const { id, source } = message
  const isDark = 'theme' in message && message.theme === 'dark'
  draw(id, source, isDark).then(
    (drawn) => parent.postMessage({ id, ...drawn }, '*'),
    () => parent.postMessage({ id, failed: true }, '*'),
  )
})

async function draw(id: number, source: string, isDark: boolean): Promise<{ svg: string; width: number; height: number; words: string }> {
  mermaid.initialize({ ...settings, theme: isDark ? 'dark' : 'neutral', themeVariables: { fontSize: '13px' } })
  const { svg } = await mermaid.render(`diagram-${id}`, source)
  const picture = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg')
  if (!picture) throw new Error('There is no picture.')
  const [, , width = 0, height = 0] = (picture.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number)
  picture.removeAttribute('style')
  picture.setAttribute('width', String(width))
  picture.setAttribute('height', String(height))
  const words = [...picture.querySelectorAll('text, foreignObject')]
    .map((part) => (part.textContent ?? '').trim())
    .filter((part) => part !== '')
  // An image is XML, where what a page lets pass is a fault.
  return { svg: new XMLSerializer().serializeToString(picture), width, height, words: words.join(', ') }
}

parent.postMessage({ ready: true }, '*')
