import type { Database } from '../storage/database.ts'

/** Raised with every change of what stands in the index or how: an index of another version is made anew. */
export const indexVersion = 3
/** “BulS”: tells our files from other SQLite files. */
export const applicationId = 0x42756c53

/** Times of rows in the index: a row's id is its time, so that newest first is the order of the index itself. */
export const idsPerMs = 2_048
const latestMs = 2 ** 42 - 1

/** The lowest id of a time. */
export function idOfTime(ms: number): number {
  return Math.min(latestMs, Math.max(0, Math.floor(ms))) * idsPerMs
}

/**
 * `message` holds the text; `words` is its index (external content, kept by triggers). `extra` are words that `unicode61` does not
 * see, `facets` what filters ask for. Prefixes of two and three letters have an index of their own, longer ones do not need it.
 * `word` lists the longer words there are, and `parts` finds them by any three letters: that is the way to substrings, and costs
 * a few percent of the whole instead of an index of all trigrams of all text, which would be larger than the text. `total` says how many
 * messages there are, and how many of them came or went since `words` was last put in order.
 */
const tables = `
CREATE TABLE source (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL, tags TEXT NOT NULL, instance TEXT,
  folder TEXT, archived INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, size INTEGER NOT NULL, mtime REAL NOT NULL,
  tail TEXT NOT NULL, at INTEGER NOT NULL, cut INTEGER NOT NULL, gone INTEGER NOT NULL
) STRICT;
CREATE TABLE message (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, message TEXT, seq INTEGER NOT NULL, role TEXT NOT NULL, at INTEGER NOT NULL,
  text TEXT NOT NULL, extra TEXT NOT NULL, facets TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_place ON message (source, seq);
CREATE VIRTUAL TABLE words USING fts5 (
  text, extra, facets, content='message', content_rowid='id', columnsize=0, prefix='2 3', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
  INSERT INTO words (rowid, text, extra, facets) VALUES (new.id, new.text, new.extra, new.facets);
END;
CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
  INSERT INTO words (words, rowid, text, extra, facets) VALUES ('delete', old.id, old.text, old.extra, old.facets);
END;
CREATE TABLE total (id INTEGER PRIMARY KEY, messages INTEGER NOT NULL, loose INTEGER NOT NULL) STRICT;
INSERT INTO total VALUES (1, 0, 0);
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE parts USING fts5 (text, content='word', content_rowid='id', columnsize=0, detail=none, tokenize='trigram');
CREATE TRIGGER word_added AFTER INSERT ON word BEGIN
  INSERT INTO parts (rowid, text) VALUES (new.id, new.text);
END;
`

/** Rows wait here so that one statement adds many: each statement makes the index write what it holds. */
const staging = `
CREATE TEMP TABLE staged (
  id INTEGER PRIMARY KEY, source INTEGER, message TEXT, seq INTEGER, role TEXT, at INTEGER, text TEXT, extra TEXT, facets TEXT
);
CREATE TEMP TABLE staged_word (text TEXT);
`

/** Makes everything in an empty file. */
export function createTables(database: Database): void {
  database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;`)
  database.transaction(() => {
    database.exec(tables)
    database.exec(
      `INSERT INTO words (words, rank) VALUES ('hashsize', 12582912); INSERT INTO words (words, rank) VALUES ('automerge', 16);`,
    )
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${indexVersion};`)
  })
}

/**
 * What the one connection that writes needs. Nothing waits for the disk: after a power cut, as after every end that was not a clean
 * one, the index is looked through, and made anew where it is not whole.
 */
export function prepareWriter(database: Database): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;')
  database.exec(`PRAGMA wal_autocheckpoint = 6000; PRAGMA journal_size_limit = 67108864;${staging}`)
}

/** What a connection that answers needs; `vocabulary` is a view of the words that there are. */
export function prepareReader(database: Database): void {
  database.exec('PRAGMA cache_size = -48000; PRAGMA temp_store = MEMORY;')
  database.exec(`CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab ('main', 'words', 'instance'); PRAGMA query_only = ON;`)
}
