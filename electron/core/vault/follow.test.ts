import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { Follow } from './follow.ts'

const transcript = 'a-project/8a5f0f4e-1b5c-4a86-9d7e-0c1d2e3f4a5b.jsonl'
let root: string
let projects: string
let told: string[]
let found: number
let follow: Follow

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-follow-'))
  projects = join(root, '.claude', 'projects')
  told = []
  found = 0
})
afterEach(async () => {
  await follow.close()
  await rm(root, { recursive: true, force: true })
})

function start(): void {
  follow = new Follow(projects, {
    onChange: (path) => told.push(path),
    onFound: () => (found += 1),
    onFault: (fault) => expect.fail(String(fault)),
  })
}

const until = (what: string, check: () => boolean) =>
  vi.waitUntil(check, { timeout: patienceMs, interval: 5 }).catch(() => Promise.reject(new Error(`Waited in vain for ${what}.`)))

async function write(): Promise<void> {
  await mkdir(join(projects, 'a-project'), { recursive: true })
  await writeFile(join(projects, transcript), '{}\n')
}

test('a transcript that changes is told, a file of another kind is not', async () => {
  await write()
  start()
  await until('the change', () => {
    void appendFile(join(projects, transcript), '{}\n')
    void writeFile(join(projects, 'a-project', 'notes.txt'), 'x')
    return told.length > 0
  })
  expect(new Set(told)).toEqual(new Set([transcript]))
})

test('a folder that is not there yet is followed once it is, and what came with it is looked for', async () => {
  start()
  await write()
  await until('the folder to be found', () => found === 1)
  await appendFile(join(projects, transcript), '{}\n')
  await until('the change', () => told.includes(transcript))
  expect(found).toBe(1)
})

test('what changes behind a project’s folder that is a link is told in its place; a link to where it stands leads nowhere', async () => {
  const elsewhere = join(root, 'elsewhere')
  const file = transcript.split('/')[1] ?? ''
  await mkdir(projects, { recursive: true })
  await mkdir(elsewhere)
  await writeFile(join(elsewhere, file), '{}\n')
  await symlink(elsewhere, join(projects, 'linked'))
  await symlink(projects, join(projects, 'circle'))
  await symlink(join(root, 'nowhere'), join(projects, 'dangling'))
  start()
  await until('the change', () => {
    void appendFile(join(elsewhere, file), '{}\n')
    return told.length > 0
  })
  await symlink(elsewhere, join(projects, 'late'))
  await until('the link that came later to be found', () => found === 1)
  await until('the change behind both', () => {
    void appendFile(join(elsewhere, file), '{}\n')
    return told.includes(`late/${file}`)
  })
  expect(new Set(told)).toEqual(new Set([`linked/${file}`, `late/${file}`]))
})
