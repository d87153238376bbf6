import { isSpoken, type TranscriptLine } from './transcript.ts'

/** An entry of the tree. `again`: how many entries there were when it was written once more, a copy of itself. */
export type Node = { line: TranscriptLine; uuid: string; place: number; again: number | null; parent: Node | null }

/**
 * Gives each entry the one that it follows. That is the parent it names, except where older or newer versions of Claude Code name one
 * although nothing was taken back: a chain that begins anew, a `!` command that hangs on the note at the top, what follows a copy of
 * earlier entries, what hangs on a compaction beside its summary, and a compaction that names what only comes after it. There an entry follows what stands before it in the file, as
 * it does where its parent is missing.
 */
export function linkParents(nodes: readonly Node[], trunk: readonly Node[]): void {
  const inTrunk = new Set(trunk)
  const byUuid = new Map(nodes.map((node) => [node.uuid, node]))
  const links = new Links(byUuid, inTrunk)
  for (const node of nodes) if (!inTrunk.has(node)) node.parent = links.named(node)
  let previous: Node | null = null
  for (const node of trunk) {
    node.parent = links.parentInTrunk(node, previous)
    links.placed(node)
    previous = node
  }
}

class Links {
  readonly #byUuid: ReadonlyMap<string, Node>
  readonly #trunk: ReadonlySet<Node>
  /** Those below which something was said by now. */
  readonly #answered = new Set<Node>()
  /** Those below which something was asked by now. */
  readonly #asked = new Set<Node>()
  /** The ends of the summaries that stand beside what was asked after a compaction. */
  readonly #summaries = new Map<Node, Node>()
  /** The entries of the trunk so far, in the order of the file. */
  readonly #byPlace: Node[] = []

  constructor(byUuid: ReadonlyMap<string, Node>, trunk: ReadonlySet<Node>) {
    this.#byUuid = byUuid
    this.#trunk = trunk
  }

  named(node: Node): Node | null {
    const parent = node.line.parentUuid === null ? undefined : this.#byUuid.get(node.line.parentUuid)
    return parent && this.#trunk.has(parent) === this.#trunk.has(node) ? parent : null
  }

  parentInTrunk(node: Node, previous: Node | null): Node | null {
    const named = this.named(node)
    if (isCompaction(node.line)) return named && named.place < node.place ? named : (this.#preserved(node) ?? previous)
    if (named === null) return previous
    if (this.#isFirstAfterCopy(node, named, previous)) return this.#beforeCopy(named) ?? previous
    if (isCompaction(named.line)) return this.#behindSummary(named, previous)
    const hangsOnCaveat = named.line.kind === 'user' && named.line.isMeta && this.#answered.has(named)
    return hangsOnCaveat && node.line.kind === 'user' && node.line.says === 'note' ? previous : named
  }

  placed(node: Node): void {
    this.#byPlace.push(node)
    if (!isSpoken(node.line)) return
    addAbove(node, this.#answered)
    if (node.line.kind === 'user' && node.line.says === 'prompt') addAbove(node, this.#asked)
  }

  /** What hangs on a compaction beside its summary follows that, and so does an edit of it. */
  #behindSummary(compaction: Node, previous: Node | null): Node {
    const isFirst = previous !== null && this.#answered.has(compaction) && !this.#asked.has(compaction)
    if (isFirst) this.#summaries.set(compaction, previous)
    return this.#summaries.get(compaction) ?? compaction
  }

  /** The last of the entries that a compaction has left as they were and that stands before it. */
  #preserved({ line, place }: Node): Node | null {
    const uuids = line.kind === 'system' ? line.preserved : []
    const nodes = uuids.flatMap((uuid) => this.#byUuid.get(uuid) ?? [])
    return nodes.filter((node) => node.place < place && this.#trunk.has(node)).toSorted((a, b) => b.place - a.place)[0] ?? null
  }

  /** Its parent was written once more after it had been followed already, and nothing new stands between that copy and this. */
  #isFirstAfterCopy(node: Node, named: Node, previous: Node | null): boolean {
    return (
      named.again !== null &&
      named.again > named.place + 1 &&
      named.again <= node.place &&
      (previous === null || previous.place < named.again)
    )
  }

  #beforeCopy(named: Node): Node | null {
    return this.#byPlace.findLast(({ place }) => place < (named.again ?? 0)) ?? null
  }
}

function addAbove({ parent }: Node, nodes: Set<Node>): void {
  for (let at = parent; at && !nodes.has(at); at = at.parent) nodes.add(at)
}

function isCompaction(line: TranscriptLine): boolean {
  return line.kind === 'system' && line.subtype === 'compact_boundary'
}
