import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { Git } from '../../electron/core/git/git.ts'
import { Snapshots } from '../../electron/core/snapshots/snapshots.ts'
import { storeWatch } from '../support/store-watch.ts'

/** `node snapshots-process.ts DATA FOLDER HOME FIRST`: writes the same number into ten files, takes a snapshot, and so on until it is killed. */
const [data = '', folder = '', home = '', first = '0'] = process.argv.slice(2)
const snapshots = new Snapshots({
  git: new Git(() => Promise.resolve({ ...process.env, HOME: home })),
  home: data,
  userHome: home,
  on: () => true,
  days: () => 30,
  limitMb: () => 1_024,
  isLiving: () => true,
  watch: storeWatch(data),
  log: pino({ level: 'silent' }),
})
for (let number = Number(first); ; number += 1) {
  for (let file = 0; file < 10; file += 1) writeFileSync(join(folder, `file-${file}`), `${number}\n`)
  const { seq } = await snapshots.take(folder, { edge: 'turn-end', conversationId: 'conv_1', turnId: `turn_${number}`, working: [] })
  if (number % 5 === 4) await snapshots.upkeep.run()
  process.stdout.write(`${JSON.stringify({ number, seq })}\n`)
}
