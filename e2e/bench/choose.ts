import { strategySchema } from '../../shared/domain/pool.ts'
import { chooseInstance, type Candidate } from '../../electron/core/queue/choose.ts'
import { quantile, round, type Bench, type Figure } from './figure.ts'

const instances = 1_000
const rounds = 2_000
const wantedMs = 1

/** How long it takes to choose among a thousand instances, whatever the strategy. */
export const choose: Bench = async () => {
  const figures: Figure[] = []
  for (const strategy of strategySchema.options) {
    const policy = { strategy, affinityStrength: 0.5, defaultInstanceId: null }
    const times: number[] = []
    for (let index = 0; index < rounds; index += 1) {
      const candidates = manyCandidates(index)
      const known = candidates[(index * 31) % instances]?.id ?? null
      const last = candidates[(index * 17) % instances]?.id ?? null
      const began = performance.now()
      chooseInstance({ candidates, policy, known, last })
      times.push(performance.now() - began)
    }
    figures.push(figure(`choosing among ${instances}, ${strategy}`, times))
  }
  return figures
}

function figure(name: string, times: number[]): Figure {
  const late = quantile(times, 0.99)
  return {
    name,
    measured: `${round3(quantile(times, 0.5))} / ${round3(late)} ms (99%)`,
    wanted: `under ${wantedMs} ms at 99%`,
    ok: late < wantedMs,
  }
}

function manyCandidates(seed: number): Candidate[] {
  return Array.from({ length: instances }, (_, index) => {
    const some = (index * 7_919 + seed * 104_729) % 1_009
    return { id: `instance ${index}`, name: `Instance ${index}`, load: some % 5, lastUsedAt: some, takesWork: some % 10 !== 0 }
  })
}

function round3(value: number): string {
  return value < 1 ? value.toFixed(3) : round(value)
}
