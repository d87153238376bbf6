import type { ChartData } from './chart-data.ts'
import { colorOf } from './chart-colors.ts'

const pad = 16
const headHeight = 46

/** The drawn chart with its title and legend, as a picture in the theme's colours; null when the browser cannot make one. */
export function pngOf(canvas: HTMLCanvasElement, data: ChartData, words: string): Promise<Blob | null> {
  const ratio = canvas.width / Math.max(1, canvas.clientWidth)
  const width = canvas.width + 2 * pad * ratio
  const height = canvas.height + (headHeight + pad) * ratio
  const sheet = document.createElement('canvas')
  sheet.width = width
  sheet.height = height
  const context = sheet.getContext('2d')
  if (!context) return Promise.resolve(null)
  context.fillStyle = colorOf('--color-page')
  context.fillRect(0, 0, width, height)
  context.drawImage(canvas, pad * ratio, headHeight * ratio)
  context.scale(ratio, ratio)
  drawHead(context, data, words)
  return new Promise((resolve) => sheet.toBlob(resolve, 'image/png'))
}

/** Hands a file to the browser's own saving. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken hold of it by the next turn of the loop; some need a little longer.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** A name that every file system takes: `first-token-2026-11-21.csv`. */
export function fileNameOf(title: string, ending: string, now = new Date()): string {
  const plain = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `bullpen-${plain}-${now.toISOString().slice(0, 10)}.${ending}`
}

function drawHead(context: CanvasRenderingContext2D, { title, series }: ChartData, words: string): void {
  const font = getComputedStyle(document.body).fontFamily
  context.textBaseline = 'middle'
  context.fillStyle = colorOf('--color-text')
  context.font = `600 13px ${font}`
  context.fillText(title, pad, 16)
  const after = pad + context.measureText(title).width + 10
  context.font = `12px ${font}`
  context.fillStyle = colorOf('--color-soft')
  context.fillText(words, after, 16)
  let x = pad
  for (const { label, color } of series) {
    context.fillStyle = colorOf(`--chart-${color}`)
    context.fillRect(x, 31, 10, 6)
    context.fillStyle = colorOf('--color-soft')
    context.fillText(label, x + 15, 34)
    x += 15 + context.measureText(label).width + 14
  }
}
