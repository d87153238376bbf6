import { linkParents, type Node } from './transcript-links.ts'
import { isSpoken, type TranscriptLine } from './transcript.ts'
import { steered } from './steering.ts'

/** Messages that are not on the main line: what an edit took the place of, or what a second process said. */
export type TranscriptBranch = {
  /** Its newest entry. */
  leafUuid: string
  /** The entry that it grows from, of the main line or of another branch; null when it has a beginning of its own. */
  fromUuid: string | null
  lines: TranscriptLine[]
}

/**
 * A transcript as the tree it is: entries name their parents. The main line is the way from the beginning to the newest leaf, as
 * Claude Code follows it when it resumes; every other entry is kept in a branch or a sidechain. Rings do no harm, and where a
 * parent is missing (its line was torn) the line goes on with what stands before it in the file.
 */
export class TranscriptTree {
  /** From the first to the newest; the entries of parallel tool calls stand in the order of the file. */
  readonly main: TranscriptLine[]
  /** The newest first. */
  readonly branches: TranscriptBranch[]
  /** Sub-agents that were written into this same file, as older versions do: by the agent's id, or by the first entry. */
  readonly sidechains: ReadonlyMap<string, TranscriptLine[]>
  /** Lines that have no place in the tree and say something, by the entry that they stand behind; those at the beginning by null. */
  readonly #loose: ReadonlyMap<string | null, TranscriptLine[]>

  /** `ofAgent`: the lines are those of one sub-agent's own file, whose main line is the sidechain itself. */
  constructor(lines: Iterable<TranscriptLine>, { ofAgent = false }: { ofAgent?: boolean } = {}) {
    const { nodes, loose } = uniqueNodes(steered([...lines]), ofAgent)
    this.#loose = loose
    const trunk = nodes.filter(({ line }) => ofAgent || !line.isSidechain)
    linkParents(nodes, trunk)
    this.sidechains = ofAgent ? new Map() : sidechainsOf(nodes)
    const leaves = leavesOf(trunk)
    const newest = leaves.at(-1)
    const path = newest ? pathTo(newest) : []
    const onMain = new Set(path)
    addParallels(onMain, trunk)
    const main = path.length === onMain.size ? path.map(({ line }) => line) : inFileOrder(onMain)
    this.main = [...(loose.get(null) ?? []), ...this.#withLoose(main)]
    // After the leaves, whatever is left: rings have none.
    this.branches = branchesOf([...trunk.filter(({ line }) => isSpoken(line)), ...leaves], onMain).map((branch) => ({
      ...branch,
      lines: this.#withLoose(branch.lines),
    }))
  }

  #withLoose(lines: readonly TranscriptLine[]): TranscriptLine[] {
    return this.#loose.size === 0 ? [...lines] : lines.flatMap((line) => [line, ...(this.#loose.get(line.uuid) ?? [])])
  }
}

/** A line that was written twice (a copy of the file's beginning, a repeated write) counts once, as it was written last. */
function uniqueNodes(lines: readonly TranscriptLine[], ofAgent: boolean): { nodes: Node[]; loose: Map<string | null, TranscriptLine[]> } {
  const nodes = new Map<string, Node>()
  const loose = new Map<string | null, TranscriptLine[]>()
  let host: string | null = null
  for (const line of lines) {
    if (line.sentAs !== null && nodes.has(line.sentAs)) continue
    if (line.uuid === null) {
      if (isSpoken(line) && (ofAgent || !line.isSidechain)) loose.set(host, [...(loose.get(host) ?? []), line])
      continue
    }
    const known = nodes.get(line.uuid)
    if (known) {
      known.line = line
      known.again = nodes.size
    } else nodes.set(line.uuid, { line, uuid: line.uuid, place: nodes.size, again: null, parent: null })
    if (ofAgent || !line.isSidechain) host = line.uuid
  }
  return { nodes: [...nodes.values()], loose }
}

/** Spoken entries below which nothing is spoken any more; the newest last. */
function leavesOf(trunk: readonly Node[]): Node[] {
  const inner = new Set<Node>()
  for (const { line, parent } of trunk) {
    if (!isSpoken(line)) continue
    for (let node = parent; node && !inner.has(node); node = node.parent) inner.add(node)
  }
  const leaves = trunk.filter((node) => isSpoken(node.line) && !inner.has(node))
  // In a ring everything has something below it.
  const last = trunk.findLast(({ line }) => isSpoken(line))
  return leaves.length === 0 && last ? [last] : leaves.toSorted(byTime)
}

/** By the time that was written down; where that is the same or missing, by the place in the file. */
function byTime(a: Node, b: Node): number {
  const [left, right] = [a.line.timestamp, b.line.timestamp]
  return left === null || right === null || left === right ? a.place - b.place : left < right ? -1 : 1
}

function pathTo(leaf: Node, until?: ReadonlySet<Node>): Node[] {
  const path = new Set<Node>()
  for (let node: Node | null = leaf; node && !path.has(node) && !until?.has(node); node = node.parent) path.add(node)
  return [...path].toReversed()
}

/**
 * Tools that were called together: each block of Claude's message and each result is an entry of its own, and the results hang
 * beside each other, so that only one of them lies on the way to the leaf.
 */
function addParallels(onMain: Set<Node>, trunk: readonly Node[]): void {
  const messages = new Set<string>()
  for (const { line } of onMain) if (line.kind === 'assistant' && line.messageId !== null) messages.add(line.messageId)
  const calls = new Set<string>()
  for (const node of trunk) {
    const { line } = node
    if (line.kind !== 'assistant' || line.messageId === null || !messages.has(line.messageId)) continue
    onMain.add(node)
    for (const block of line.blocks) if (block.type === 'tool_use') calls.add(block.toolUseId)
  }
  for (const node of trunk) {
    const { line } = node
    const answers = line.kind === 'user' && line.blocks.some((block) => block.type === 'tool_result' && calls.has(block.toolUseId))
    if (answers) onMain.add(node)
  }
}

function inFileOrder(nodes: Iterable<Node>): TranscriptLine[] {
  return [...nodes].toSorted((a, b) => a.place - b.place).map(({ line }) => line)
}

function branchesOf(ends: readonly Node[], onMain: ReadonlySet<Node>): TranscriptBranch[] {
  const taken = new Set<Node>(onMain)
  const branches: TranscriptBranch[] = []
  for (const leaf of ends.toReversed()) {
    const path = pathTo(leaf, taken)
    const [first] = path
    if (!first) continue
    for (const node of path) taken.add(node)
    branches.push({ leafUuid: leaf.uuid, fromUuid: first.parent?.uuid ?? null, lines: path.map(({ line }) => line) })
  }
  return branches
}

function sidechainsOf(nodes: readonly Node[]): Map<string, TranscriptLine[]> {
  const chains = new Map<string, TranscriptLine[]>()
  const roots = new Map<Node, string>()
  const told = new Map<string, Map<string, TranscriptLine>>()
  for (const node of nodes) {
    if (node.line.kind === 'progress') takeProgress(node.line, told)
    if (!node.line.isSidechain) continue
    const key = node.line.agentId ?? rootOf(node, roots)
    const chain = chains.get(key)
    if (chain) chain.push(node.line)
    else chains.set(key, [node.line])
  }
  for (const [agentId, said] of told) if (!chains.has(agentId)) chains.set(agentId, [...said.values()])
  return chains
}

function takeProgress(
  { agentId, said, uuid }: Extract<TranscriptLine, { kind: 'progress' }>,
  told: Map<string, Map<string, TranscriptLine>>,
): void {
  const known = told.get(agentId) ?? new Map<string, TranscriptLine>()
  told.set(agentId, known.set(said.uuid ?? uuid ?? '', said))
}

function rootOf(node: Node, known: Map<Node, string>): string {
  const way: Node[] = []
  let at = node
  while (!known.has(at)) {
    way.push(at)
    known.set(at, at.uuid)
    if (!at.parent) break
    at = at.parent
  }
  const root = known.get(at) ?? at.uuid
  for (const each of way) known.set(each, root)
  return root
}
