import { delimiter } from 'node:path'

/** Where the user says who commits and how servers are reached: kept, as the user's own git has it. */
const kept = new Set([
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
])
const unwanted = /^(?:PAGER|EDITOR|VISUAL|LANGUAGE|SSH_ASKPASS)$/

/** `folder`: where new objects go; `besides`: folders of objects that are read too. */
export type GitObjects = { folder: string; besides: readonly string[] }

export type GitPlaces = {
  gitDir?: string | undefined
  workTree?: string | undefined
  indexFile?: string | undefined
  objects?: GitObjects | undefined
}

/** What a run is for: `look` reads or writes objects; `user` does what the user asked for, with hooks; `own` is about a store of ours alone. */
export type GitPurpose = 'look' | 'user' | 'own'

/**
 * The environment of a git process: nothing that points at another repository is inherited, nobody is asked for anything, and no pager or editor
 * comes up. `own` reads no configuration of the user's or the machine's.
 */
export function gitEnvironment(
  env: NodeJS.ProcessEnv,
  purpose: GitPurpose,
  { gitDir, workTree, indexFile, objects }: GitPlaces,
): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => passes(name, purpose)))
  return {
    ...clean,
    ...(purpose === 'user' ? {} : { LC_ALL: 'C' }),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_PAGER: 'cat',
    GIT_EDITOR: ':',
    GIT_SEQUENCE_EDITOR: ':',
    GIT_MERGE_AUTOEDIT: 'no',
    ...(purpose === 'own' ? ofOwnStore(gitDir) : {}),
    ...(gitDir === undefined ? {} : { GIT_DIR: gitDir }),
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
    ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
    ...(objects === undefined ? {} : ofObjects(objects)),
  }
}

function ofObjects({ folder, besides }: GitObjects): NodeJS.ProcessEnv {
  return { GIT_OBJECT_DIRECTORY: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: besides.map(quotedPlace).join(delimiter) }
}

/** A path that the list of alternates would be split at is written in quotes. */
function quotedPlace(path: string): string {
  return path.includes(delimiter) || path.startsWith('"') ? JSON.stringify(path) : path
}

function passes(name: string, purpose: GitPurpose): boolean {
  const known = process.platform === 'win32' ? name.toUpperCase() : name
  if (known.startsWith('GIT_')) return purpose !== 'own' && kept.has(known)
  return !unwanted.test(known) && !(purpose !== 'user' && /^(?:LC_|LANG$)/.test(known))
}

/** A home without configuration, which every version of git understands; later ones are told outright. */
function ofOwnStore(gitDir: string | undefined): NodeJS.ProcessEnv {
  const nothing = gitDir === undefined ? {} : { HOME: gitDir, XDG_CONFIG_HOME: gitDir, USERPROFILE: gitDir }
  return {
    ...nothing,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  }
}
