/** A name for a file that any system takes: a few words of the title and enough of the id to be unlike others. */
export function fileName(title: string, id: string, ending: string): string {
  const words = title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
  const short = Array.from(words).slice(0, 60).join('')
  return `${short === '' ? 'conversation' : short}-${id.slice(-8)}.${ending}`
}
