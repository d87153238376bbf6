import { longestDocument } from '../../../shared/domain/attachment.ts'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import { imageMediaTypeSchema } from '../../../shared/domain/message.ts'
import { formatBytes, plural } from '../../words/figures.ts'

export const maxImages = 20
export const maxImageBytes = 5_000_000
export const maxPdfBytes = 20_000_000
export const maxTextBytes = 4_000_000
export const maxFiles = 20

/** `paths`: files that Claude can look at by itself, and that go into the words. */
export type Taken = { parts: DraftPart[]; paths: string[]; problems: string[] }

type Reading = { part: DraftPart } | { path: string } | { problem: string }

/**
 * Reads pasted, dropped or chosen files: images, PDFs and texts go with the message; of others the path, where it is known. Says for
 * each that cannot be taken why, and what would help. `already`: what the draft has.
 */
export async function takeFiles(
  files: readonly File[],
  already: readonly DraftPart[],
  pathOf: (file: File) => string | null = () => null,
): Promise<Taken> {
  const taken: Taken = { parts: [], paths: [], problems: [] }
  for (const file of files) {
    const read = await takeOne(file, [...already, ...taken.parts], pathOf(file))
    if ('part' in read) taken.parts.push(read.part)
    else if ('path' in read) taken.paths.push(read.path)
    else taken.problems.push(read.problem)
  }
  return { ...taken, problems: [...new Set(taken.problems)] }
}

async function takeOne(file: File, already: readonly DraftPart[], path: string | null): Promise<Reading> {
  const name = nameOf(file)
  try {
    if (imageMediaTypeSchema.safeParse(file.type).success) return await takeImage(file, name, already)
    const count = already.filter(({ type }) => type === 'document' || type === 'shell').length
    if (count >= maxFiles) return { problem: `A message can have at most ${plural(maxFiles, 'file')}. Send the rest with the next one.` }
    if (await isPdf(file)) return await takePdf(file, name)
    return await takeText(file, name, path)
  } catch {
    // A folder cannot be read either.
    return path === null ? { problem: `${name} could not be read. Was it moved or deleted? Folders can’t be added.` } : { path }
  }
}

async function takeImage(file: File, name: string, already: readonly DraftPart[]): Promise<Reading> {
  if (file.size > maxImageBytes)
    return {
      problem: `${name} is ${formatBytes(file.size)}; the limit for images is ${formatBytes(maxImageBytes)}. Make it smaller first.`,
    }
  if (already.filter(({ type }) => type === 'image').length >= maxImages)
    return { problem: `A message can have at most ${plural(maxImages, 'image')}. Send the rest with the next one.` }
  const data = base64(new Uint8Array(await file.arrayBuffer()))
  return { part: { type: 'image', id: crypto.randomUUID(), name, mediaType: imageMediaTypeSchema.parse(file.type), data } }
}

async function isPdf(file: File): Promise<boolean> {
  return (await file.slice(0, 5).text()) === '%PDF-'
}

async function takePdf(file: File, name: string): Promise<Reading> {
  if (file.size > maxPdfBytes)
    return {
      problem: `${name} is ${formatBytes(file.size)}; the limit for PDFs is ${formatBytes(maxPdfBytes)}. Split it, or mention its path.`,
    }
  const data = base64(new Uint8Array(await file.arrayBuffer()))
  return { part: { type: 'document', id: crypto.randomUUID(), name, mediaType: 'application/pdf', data } }
}

async function takeText(file: File, name: string, path: string | null): Promise<Reading> {
  const text = file.size > maxTextBytes ? null : textOf(await file.arrayBuffer())
  if (text === '') return { problem: `${name} is empty.` }
  if (text !== null && text.length <= longestDocument['text/plain'])
    return { part: { type: 'document', id: crypto.randomUUID(), name, mediaType: 'text/plain', data: text } }
  if (path !== null) return { path }
  if (text === null && file.size <= maxTextBytes)
    return { problem: `${name} is not text, a PDF or an image. Put it in the folder and mention its path.` }
  return { problem: `${name} is too large (the limit for text is a million characters). Put it in the folder and mention its path.` }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Null for what is not text. */
function textOf(bytes: ArrayBuffer): string | null {
  try {
    const text = utf8.decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** A name is the last part of a path, and not endless. */
function nameOf(file: File): string {
  return (file.name || 'Pasted image').slice(-300)
}

/** In pieces: one call with all bytes as arguments would be too much for a large file. */
function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let from = 0; from < bytes.length; from += 0x8000) binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000))
  return btoa(binary)
}
