import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { applicationId, indexVersion } from '../../electron/core/search/schema.ts'
import { Database } from '../../electron/core/storage/database.ts'
import { makeFolders, removeRun } from '../support/app.ts'
import { Chance } from './chance.ts'
import { writeHistory } from './conversation-history.ts'
import type { Bench } from './figure.ts'
import { SearchRun } from './search-run.ts'

type Damage = { name: string; act: (file: string) => void }

const probes = ['zqxrare1 ', 'return messag', '"of the" ', '搜索', '🎉', 'role:user the ', 'tool:Bash grep ', '*ssag* ']

/** Forty ways to damage an index. Each has to be noticed, told of, and mended: afterwards every search finds what it found before. */
export const searchDamage: Bench = async (note) => {
  const folders = await makeFolders()
  try {
    writeHistory({ folder: folders.data, messages: 3_000, conversations: 60 })
    const index = path.join(folders.data, 'search')
    const whole = path.join(folders.root, 'whole')
    const expected = (await look(folders.data)).answers
    cpSync(index, whole, { recursive: true, preserveTimestamps: true })
    let mended = 0
    const all = damages()
    for (const { name, act } of all) {
      rmSync(index, { recursive: true, force: true })
      cpSync(whole, index, { recursive: true, preserveTimestamps: true })
      act(path.join(index, 'index.db'))
      const { answers, rebuilt } = await look(folders.data)
      if (rebuilt !== null && answers === expected) mended += 1
      else note(`${name}: ${rebuilt === null ? 'not noticed' : 'not mended'}`)
    }
    return [
      {
        name: 'damaged indexes',
        measured: `${mended} of ${all.length} noticed and mended`,
        wanted: 'all',
        ok: mended === all.length,
        grave: mended < all.length,
      },
    ]
  } finally {
    await removeRun(folders)
  }
}

async function look(folder: string): Promise<{ answers: string; rebuilt: string | null }> {
  const run = new SearchRun(folder)
  try {
    await run.settled(60_000)
    const answers = []
    for (const probe of probes)
      answers.push((await run.find(probe, { limit: 50 })).items.map(({ conversationId, seq }) => `${conversationId} ${seq}`))
    await run.settled(60_000)
    return { answers: JSON.stringify(answers), rebuilt: run.search.status().rebuilt }
  } finally {
    await run.close()
  }
}

function damages(): Damage[] {
  return [...lost(), ...foreign(), ...cut(), ...garbage(), ...inside(), ...crashed()]
}

function lost(): Damage[] {
  return [
    { name: 'the file is gone', act: (file) => rmSync(file) },
    { name: 'the folder is gone', act: (file) => rmSync(path.dirname(file), { recursive: true }) },
    { name: 'the file is empty', act: (file) => truncateSync(file, 0) },
    { name: 'the file is a folder', act: (file) => (rmSync(file), mkdirSync(file)) },
    { name: 'the file is a link to nothing', act: (file) => (rmSync(file), symlinkSync('/nowhere/at/all', file)) },
    { name: 'the file has another name', act: (file) => renameSync(file, `${file}.old`) },
  ]
}

function foreign(): Damage[] {
  const replaced = (text: string) => (file: string) => writeFileSync(file, text)
  return [
    { name: 'text', act: replaced('hello\n'.repeat(5_000)) },
    { name: 'JSON', act: replaced('{"version":1}') },
    { name: 'zeros', act: replaced('\0'.repeat(200_000)) },
    { name: 'the right first bytes and nothing else', act: replaced('SQLite format 3\0') },
    { name: 'another database', act: (file) => (rmSync(file), change(file, 'CREATE TABLE a (b); INSERT INTO a VALUES (1)')) },
    {
      name: 'a database of the same kind without tables',
      act: (file) => (
        rmSync(file),
        change(file, `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${indexVersion}; CREATE TABLE a (b)`)
      ),
    },
    { name: 'an older version', act: (file) => unsealed(file, 'PRAGMA user_version = 0') },
    { name: 'a newer version', act: (file) => unsealed(file, 'PRAGMA user_version = 99') },
  ]
}

function cut(): Damage[] {
  return [0.1, 0.5, 0.9, 0.999].map((share) => ({
    name: `cut at ${share * 100}%, unsealed`,
    act: (file) => {
      truncateSync(file, Math.floor(statSync(file).size * share))
      unseal(file)
    },
  }))
}

/** Bytes that are not what they were: in a file that was closed well, with and without another time, and in one that was not. */
function garbage(): Damage[] {
  const places = [0, 30, 100, 8_192, 20_000]
  const scattered = [1, 2, 3].map((seed) => ({
    name: `a tenth of all pages is noise (${seed})`,
    act: (file: string) => {
      const pages = Math.floor(statSync(file).size / 8_192)
      const chance = new Chance(seed)
      for (let count = 0; count < Math.max(3, pages / 10); count += 1) overwrite(file, 8_192 * (1 + chance.below(pages - 1)), 4_000)
      unseal(file)
    },
  }))
  return [
    ...places.map((place) => ({ name: `noise at ${place}`, act: (file: string) => overwrite(file, place, 64) })),
    ...places
      .slice(0, 3)
      .map((place) => ({ name: `noise at ${place}, unsealed`, act: (file: string) => (overwrite(file, place, 64), unseal(file)) })),
    ...scattered,
  ]
}

function inside(): Damage[] {
  const statements: [string, string][] = [
    ['a table is gone', 'DROP TABLE source'],
    ['the text is gone', 'DROP TABLE message'],
    ['the words are gone', 'DROP TABLE words'],
    ['a trigger is gone', 'DROP TRIGGER message_added'],
    ['the parts of words are gone', 'DROP TABLE parts'],
    ['rows are gone', 'DELETE FROM message WHERE id % 7 = 0'],
    ['all rows are gone', 'DELETE FROM message'],
    ['the index of words has forgotten all', `INSERT INTO words (words) VALUES ('delete-all')`],
  ]
  return statements.map(([name, sql]) => ({ name, act: (file) => unsealed(file, sql) }))
}

function crashed(): Damage[] {
  return [
    {
      name: 'changed by another program after it was closed',
      act: (file) => change(file, `UPDATE message SET text = 'gone' WHERE id % 3 = 0`),
    },
    { name: 'another time', act: (file) => utimesSync(file, new Date(), new Date(0)) },
    {
      name: 'unsealed, with the first half written over the second',
      act: (file) => {
        const bytes = readFileSync(file)
        bytes.copy(bytes, (bytes.length >> 14) << 13, 8_192, bytes.length >> 1)
        writeFileSync(file, bytes)
        unseal(file)
      },
    },
  ]
}

function overwrite(file: string, place: number, length: number): void {
  const bytes = readFileSync(file)
  for (let at = place; at < Math.min(bytes.length, place + length); at += 1) bytes[at] = (at * 131 + 17) & 0xff
  writeFileSync(file, bytes)
}

function change(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

function unsealed(file: string, sql: string): void {
  change(file, sql)
  unseal(file)
}

function unseal(file: string): void {
  if (existsSync(`${file}.seal`)) rmSync(`${file}.seal`)
}
