import type { TurnSum } from '../../../shared/domain/changes.ts'
import { Memo } from './memo.ts'
import type { ChangesOptions } from './changes-options.ts'
import { byOf, type Sight } from './sight.ts'

const mostKept = 2_000

/** How much turns changed, from the snapshots around them. */
export class TurnSums {
  readonly #snapshots: ChangesOptions['snapshots']
  readonly #sight: Sight
  readonly #known = new Memo<TurnSum>(mostKept)

  constructor({ snapshots }: Pick<ChangesOptions, 'snapshots'>, sight: Sight) {
    this.#snapshots = snapshots
    this.#sight = sight
  }

  /** What others changed meanwhile is left out. Null where the snapshots around the turn are not there, or not there yet. */
  async of(conversationId: string, turnId: string): Promise<TurnSum | null> {
    const started = await this.#snapshots.before(conversationId, turnId)
    if (started === null) return null
    const { folder, snapshot: from } = started
    const isEnd = (one: typeof from) => one.edge === 'turn-end' && one.turnId === turnId && one.conversationId === conversationId
    const to = (await this.#snapshots.of(folder)).findLast(isEnd)
    if (!to || to.seq < from.seq) return null
    return this.#known.get(`${conversationId} ${folder}\n${from.seq} ${from.tree} ${to.seq} ${to.tree}`, async () => {
      const seen = await this.#sight.between(conversationId, folder, from, to)
      const files = seen.comparison.files.filter((file) => byOf(seen, file) !== 'others')
      return {
        files: files.length,
        added: files.reduce((sum, { added }) => sum + (added ?? 0), 0),
        removed: files.reduce((sum, { removed }) => sum + (removed ?? 0), 0),
      }
    })
  }
}
