const longest = 60

/** A branch for an instance of this name: letters, digits and dashes. Always one that git takes. */
export function branchFor(name: string): string {
  const parts = name
    .normalize('NFKC')
    .toLowerCase()
    .split('/')
    .map((part) =>
      trimmed(
        part
          .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
          .replaceAll(/\.{2,}/g, '.')
          .replaceAll(/-{2,}/g, '-'),
      ),
    )
    .filter((part) => part !== '')
  const branch = start(parts.join('/'))
  return trimmed(branch) || 'claude'
}

/** The name of the folder for a branch: one part of a path on every system. */
export function folderFor(branch: string): string {
  const name = trimmed(branch.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/-{2,}/g, '-'))
  const short = start(name)
  return reserved.test(short) || short === '' ? `w-${short}` : trimmed(short)
}

/** The wanted name, or the first with a number behind it that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    if (!isTaken(name)) return name
  }
}

/** The branch that keeps another from being made, in whatever case: the same one, or one that would be a folder and a file at once. */
export function clashOf(branch: string, branches: readonly string[]): string | null {
  const wanted = branch.toLowerCase()
  const clashes = (other: string) => other === wanted || other.startsWith(`${wanted}/`) || wanted.startsWith(`${other}/`)
  return branches.find((other) => clashes(other.toLowerCase())) ?? null
}

/** Names that Windows keeps for devices. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** Its beginning, no character cut in two. */
function start(text: string): string {
  return Array.from(text).slice(0, longest).join('')
}

function trimmed(text: string): string {
  return text
    .replace(/^[-./]+/, '')
    .replace(/[-./]+$/, '')
    .replace(/(?:\.lock)+$/i, '')
}
