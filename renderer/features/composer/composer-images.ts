import { imageMediaTypeSchema } from '../../../shared/domain/message.ts'
import type { DraftImage } from '../../state/thread-drafts.ts'
import { formatBytes, plural } from '../../words/figures.ts'

export const maxImages = 20
export const maxImageBytes = 5_000_000

export type Taken = { images: DraftImage[]; problems: string[] }

/** Reads pasted, dropped or chosen files; says for each that cannot be taken why, and what would help. */
export async function takeImages(files: readonly File[], already: number): Promise<Taken> {
  const taken: Taken = { images: [], problems: [] }
  for (const file of files) {
    const problem = problemOf(file, already + taken.images.length)
    if (problem) taken.problems.push(problem)
    else taken.images.push(await read(file))
  }
  return { images: taken.images, problems: [...new Set(taken.problems)] }
}

function problemOf(file: File, count: number): string | null {
  const name = file.name || 'This image'
  if (!imageMediaTypeSchema.safeParse(file.type).success) return `${name} is not an image that Claude can see. Use PNG, JPEG, GIF or WebP.`
  if (file.size > maxImageBytes)
    return `${name} has ${formatBytes(file.size)}; at most ${formatBytes(maxImageBytes)} can be sent. Make it smaller first.`
  if (count >= maxImages) return `A message has at most ${plural(maxImages, 'image')}. Send the rest with the next one.`
  return null
}

async function read(file: File): Promise<DraftImage> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return { mediaType: imageMediaTypeSchema.parse(file.type), data: base64(bytes), name: file.name || 'Pasted image', bytes: file.size }
}

/** In pieces: one call with all bytes as arguments would be too much for a large image. */
function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let from = 0; from < bytes.length; from += 0x8000) binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000))
  return btoa(binary)
}
