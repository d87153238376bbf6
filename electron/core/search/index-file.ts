import { closeSync, fsyncSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Database, faultOf } from '../storage/database.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { roleFacet } from './documents.ts'
import { countsOf } from './index-writer.ts'
import { applicationId, createTables, indexVersion, prepareWriter } from './schema.ts'

/** Why an index was made anew; `null`: it was not. */
export type Renewal = 'missing' | 'damaged' | 'version' | 'changed' | null

export type OpenedIndex = {
  database: Database
  renewed: Renewal
  /** The app did not end well: whether the index is whole has to be looked at. */
  unsure: boolean
}

const sealSchema = z.object({ version: z.literal(indexVersion), size: z.number(), mtimeMs: z.number() })

/**
 * Opens the index for the one who writes it. One that is missing, of another version, damaged where that shows at once, or changed by
 * somebody else since it was closed is made anew: it holds nothing that the conversations do not. With `fresh` that is done in any case.
 */
export function openIndex(path: string, fresh: boolean): OpenedIndex {
  makeOwnFolder(dirname(path))
  const seal = readSeal(path)
  const fault = fresh ? 'damaged' : faultOfFile(path, seal)
  rmSync(sealPath(path), { force: true, recursive: true })
  if (fault === null) {
    // A sealed file is whole without a journal; one that lies beside it now is not its own.
    if (seal !== null) removeJournals(path)
    try {
      const database = new Database(path)
      prepareWriter(database)
      checkContent(database)
      return { database, renewed: null, unsure: seal === null }
    } catch (thrown) {
      if (faultOf(thrown) === 'full') throw thrown
    }
  }
  return { database: createIndex(path), renewed: fault ?? 'damaged', unsure: false }
}

/** Closes the index and remembers what the file looks like, so that the next start can trust it. */
export function closeIndex(database: Database, path: string): void {
  let whole = false
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    whole = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size === 0
  } finally {
    database.close()
  }
  if (!whole) return
  syncFile(path)
  const { size, mtimeMs } = statSync(path)
  writeFileSync(sealPath(path), JSON.stringify({ version: indexVersion, size, mtimeMs }), { mode: 0o600 })
}

/** Looks through the whole of an index and answers what is wrong with it, or null. Takes a while; writes nothing. */
export function verifyIndex(path: string): string | null {
  const database = new Database(path, { readOnly: true })
  try {
    const [finding] = database.all(z.object({ integrity_check: z.string() }), 'PRAGMA integrity_check(1)')
    if (finding && finding.integrity_check !== 'ok') return finding.integrity_check
    const { said, there } = countsOf(database)
    if (said !== there) return `It should hold ${said} messages and holds ${there}.`
    const indexed = database.number('SELECT count(*) FROM words WHERE words MATCH ?', everyRow)
    return indexed === there ? null : `It holds ${there} messages and finds ${indexed}.`
  } catch (thrown) {
    if (faultOf(thrown) !== 'damaged') throw thrown
    return thrown instanceof Error ? thrown.message : String(thrown)
  } finally {
    database.close()
  }
}

/** Every row has one role among its facets. */
const everyRow = `facets : (${(['user', 'assistant', 'tool', 'system', 'title'] as const).map(roleFacet).join(' OR ')})`

function createIndex(path: string): Database {
  for (const suffix of ['', '-journal']) rmSync(path + suffix, { force: true, recursive: true })
  removeJournals(path)
  // SQLite gives its other files the rights of this one.
  writeFileSync(path, '', { mode: 0o600 })
  const database = new Database(path)
  try {
    createTables(database)
    prepareWriter(database)
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function removeJournals(path: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true, recursive: true })
}

function faultOfFile(path: string, seal: z.infer<typeof sealSchema> | null): Exclude<Renewal, null> | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 'missing'
  if (!stats.isFile() || stats.size === 0) return 'damaged'
  if (seal && (seal.size !== stats.size || seal.mtimeMs !== stats.mtimeMs)) return 'changed'
  const header = readHeader(path)
  if (header === null || header.application !== applicationId) return 'damaged'
  return header.version === indexVersion ? null : 'version'
}

/** From the file's first bytes, before SQLite looks at it. */
function readHeader(path: string): { version: number; application: number } | null {
  const bytes = firstBytes(path, 100)
  if (bytes === null) return null
  const isDatabase = bytes.toString('latin1', 0, 16) === 'SQLite format 3\0'
  return isDatabase ? { version: bytes.readUInt32BE(60), application: bytes.readUInt32BE(68) } : null
}

function firstBytes(path: string, length: number): Buffer | null {
  try {
    const bytes = Buffer.alloc(length)
    const file = openSync(path, 'r')
    try {
      return readSync(file, bytes, 0, length, 0) < length ? null : bytes
    } finally {
      closeSync(file)
    }
  } catch {
    return null
  }
}

/** Everything that is asked for has to be there; faults that do not show here are met later. */
function checkContent(database: Database): void {
  const expected = new Database(':memory:')
  try {
    createTables(expected)
    const [here, wanted] = [schemaOf(database), schemaOf(expected)]
    if (here !== wanted) throw Object.assign(new Error('no such table: the index is made of other tables.'), { errcode: 1 })
  } finally {
    expected.close()
  }
  database.number('SELECT count(*) FROM source')
  database.number('SELECT coalesce(max(id), 0) FROM message')
  database.number(`SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH 'facets : rtitle' LIMIT 1)`)
  database.number(`SELECT count(*) FROM (SELECT rowid FROM parts WHERE parts MATCH 'the' LIMIT 1)`)
}

function schemaOf(database: Database): string {
  const row = z.object({ name: z.string(), sql: z.string().nullable() })
  return JSON.stringify(database.all(row, 'SELECT name, sql FROM sqlite_schema ORDER BY name'))
}

function sealPath(path: string): string {
  return `${path}.seal`
}

function readSeal(path: string): z.infer<typeof sealSchema> | null {
  try {
    return sealSchema.safeParse(JSON.parse(readFileSync(sealPath(path), 'utf8'))).data ?? null
  } catch {
    return null
  }
}
