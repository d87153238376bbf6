import { numberFrom, type Figure } from './figure.ts'

type Asked = {
  /** Where BENCH_HISTORIES says nothing. */
  usually: number
  /** So many at the same time. */
  atOnce: number
  name: string
  /** Plays the history of a seed and answers what is wrong. */
  play: (seed: number) => Promise<string[]>
  note: (text: string) => void
}

/** The first ones are told. */
const mostTold = 20

/** Plays BENCH_HISTORIES random histories from BENCH_SEED on, and counts what is not as promised. */
export async function randomHistories({ usually, atOnce, name, play, note }: Asked): Promise<Figure> {
  const histories = numberFrom('BENCH_HISTORIES', usually)
  const first = numberFrom('BENCH_SEED', 1)
  let [next, faults] = [0, 0]
  const work = async () => {
    while (next < histories) {
      const seed = first + next
      next += 1
      for (const fault of await play(seed).catch((thrown: unknown) => [String(thrown)])) {
        faults += 1
        if (faults <= mostTold) note(`history ${seed}: ${fault}`)
      }
      if (next % 100 === 0) note(`${next} histories, ${faults} faults`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return {
    name: `${histories} ${name} rewound, undone and redone`,
    measured: `${faults} files that are not as promised`,
    wanted: '0',
    ok: faults === 0,
    grave: faults > 0,
  }
}
