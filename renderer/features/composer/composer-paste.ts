/** What a clipboard holds: its words, and the files or pictures beside them. */
export type Clipboard = { text: string; files: readonly File[] }

/** `text`: the words are pasted and the pictures, where there are some, offered. `files`: they are taken, and nothing else is pasted. */
export type PasteMeaning = { kind: 'text'; offered: readonly File[] } | { kind: 'files'; files: readonly File[] }

/**
 * Words come first: cells and paragraphs copied from an office program come with a picture of themselves. A file that was copied in a file
 * manager comes with its name as words; then the file is meant.
 */
export function meaningOfPaste({ text, files }: Clipboard): PasteMeaning {
  if (files.length === 0 || (text.trim() !== '' && !isNameOf(text, files)))
    return { kind: 'text', offered: files.filter((file) => file.type.startsWith('image/')) }
  return { kind: 'files', files }
}

function isNameOf(text: string, files: readonly File[]): boolean {
  const names = new Set(files.map((file) => file.name))
  return text
    .trim()
    .split(/[\r\n]+/)
    .every((line) => names.has(lastPartOf(line)))
}

/** Of a path or a `file:` address, whose name may be written in escapes. */
function lastPartOf(line: string): string {
  const part = line.split(/[\\/]/).at(-1) ?? ''
  if (!/^file:/i.test(line)) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const longPaste = { lines: 30, characters: 3_000 }

/** Whether pasted words are too many to stand in the field. */
export function isLongPaste(text: string): boolean {
  return text.length > longPaste.characters || text.split('\n', longPaste.lines + 1).length > longPaste.lines
}
