import { realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { commitFiles, git, makeRepository, write } from '../../electron/core/worktrees/git-fixture.ts'
import { looksRight } from '../support/looks.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const small = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 }, phone: { width: 390, height: 844 } }

test.describe('an instance in a worktree of its own', () => {
  test('is created, works, is merged, is not removed with work in it, is created again, and goes with its instance', async ({
    app,
    ui,
  }) => {
    const repository = await makeRepository(path.join(await realpath(app.folders.work), 'shop'))
    await git(repository, 'config', 'user.name', 'Somebody')
    await git(repository, 'config', 'user.email', 'somebody@example.com')
    await write(repository, { '.env': 'secret\n' })
    await app.api.spawn({ name: 'neighbour', cwd: repository, start: false })

    // Made: the folder is shared otherwise, and a set-up that fails is run again.
    await ui.getByRole('button', { name: 'New instance' }).first().click()
    await ui.getByLabel('Folder', { exact: true }).fill(repository)
    await ui.getByLabel('Name', { exact: true }).fill('Fix login')
    await expect(ui.getByText('neighbour works in this folder too.')).toBeVisible()
    await ui.getByRole('button', { name: 'Use a worktree' }).click()
    await expect(ui.getByLabel('Branch', { exact: true })).toHaveAttribute('placeholder', 'fix-login')
    await expect(ui.getByLabel('Files to copy')).toHaveValue('.env')
    await ui.getByLabel('Branch', { exact: true }).fill('two words')
    await ui.getByLabel('Setup command').fill('echo installing; test -f ready')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.getByText('“two words” can’t be the name of a branch.')).toBeVisible()
    await ui.getByLabel('Branch', { exact: true }).fill('')
    await looksRight(ui, 'worktree-create')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.getByRole('dialog')).toBeHidden()
    const made = (await app.api.instances()).find(({ name }) => name === 'Fix login')
    const tree = made?.worktree?.path ?? ''
    const id = made?.id ?? ''
    expect(made).toMatchObject({
      cwd: path.join(path.dirname(repository), 'shop.worktrees', 'fix-login'),
      worktree: { branch: 'fix-login', base: 'main' },
    })
    await ui.evaluate((hash) => (location.hash = hash), `#/instance/${id}`)
    const panel = ui.getByRole('region', { name: 'Worktree', exact: true })
    await expect(panel.getByText('Setup failed (exit code 1)')).toBeVisible()
    await expect(panel.getByLabel('Setup output')).toContainText('installing')
    await expect(panel.getByRole('button', { name: 'Skip' })).toBeVisible()
    await write(tree, { ready: '' })
    await panel.getByRole('button', { name: 'Try again' }).click()
    await expect(panel.getByText('Setup done')).toBeVisible()
    await expect(panel.getByRole('button', { name: 'Skip' })).toBeHidden()
    await rm(path.join(tree, 'ready'))

    // It works: what Claude does is seen when its turn ends.
    const conversation = await app.api.createConversation({ instanceId: id })
    const turn = app.api.ask(conversation.id, 'Work [bash: echo fixed > login.txt]')
    await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'allow' })
    expect(await turn).toMatchObject({ outcome: 'done' })
    await expect(panel.getByText('1 uncommitted file')).toBeVisible()
    await panel.getByRole('button', { name: 'Remove…' }).click()
    await expect(ui.getByRole('alert')).toContainText('1 file is not committed.')
    await expect(ui.getByRole('list', { name: 'Not committed' })).toContainText('login.txt')
    await expect(ui.getByRole('button', { name: 'Remove worktree' })).toBeDisabled()
    await ui.keyboard.press('Escape')
    await git(tree, 'add', '-A')
    await git(tree, 'commit', '-qm', 'fix the login')
    await panel.getByRole('button', { name: 'Refresh' }).click()
    await expect(panel.getByText('1 commit ahead of main')).toBeVisible()
    await looksRight(ui, 'worktree-panel', small)
    await panel.getByRole('button', { name: 'Merge…' }).click()
    await ui.getByRole('button', { name: 'Merge', exact: true }).click()
    await expect(panel.getByText('Same as main')).toBeVisible()
    expect(await git(repository, 'log', '-1', '--format=%s')).toBe('fix the login')

    // Removed once what git ignores is named; the conversation gets its place again.
    await panel.getByRole('button', { name: 'Remove…' }).click()
    await expect(ui.getByRole('list', { name: 'Ignored' })).toContainText('.env')
    await ui.getByRole('button', { name: 'Remove worktree' }).click()
    await expect(panel.getByText('The worktree is missing')).toBeVisible()
    expect(await git(repository, 'worktree', 'list', '--porcelain')).not.toContain(tree)
    await ui.evaluate((hash) => (location.hash = hash), `#/conversation/${conversation.id}`)
    await ui.getByRole('button', { name: 'Conversation actions' }).click()
    await ui.getByRole('menuitem', { name: 'Choose another folder…' }).click()
    await expect(ui.getByRole('button', { name: 'Create the worktree again' })).toBeVisible()
    await ui.getByRole('button', { name: 'Create the worktree again' }).click()
    await expect(ui.getByRole('dialog')).toBeHidden()
    expect(await git(tree, 'branch', '--show-current')).toBe('fix-login')
    await until('the set-up to end', async () => (await app.api.instance(id)).worktree?.setup?.state === 'failed')

    // Removing the instance asks.
    await ui.evaluate((hash) => (location.hash = hash), `#/instance/${id}`)
    await ui.getByRole('button', { name: 'Remove…' }).first().click()
    await ui.getByRole('radio', { name: /Delete the folder/ }).check()
    await ui.getByRole('button', { name: 'Remove both' }).click()
    await expect(ui.getByRole('dialog')).toBeHidden()
    expect(await git(repository, 'worktree', 'list', '--porcelain')).not.toContain(tree)
  })

  test('over REST: what is wrong is said at its field, and a pull request without gh has its address', async ({ app }) => {
    const repository = await makeRepository(path.join(await realpath(app.folders.work), 'shop'))
    const create = (worktree: unknown, cwd = repository) =>
      app.api.refusal('POST', '/instances', { name: 'one', cwd, start: false, worktree })
    expect((await create({ branch: 'a b' })).info).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'worktree.branch' } })
    expect((await create({ copy: ['../x'] })).info).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'worktree.copy.0' } })
    expect((await create({ brunch: 'x' })).info).toMatchObject({
      code: 'BAD_REQUEST',
      data: { field: 'worktree.brunch', nearest: 'branch' },
    })
    expect((await create({}, app.folders.home)).info).toMatchObject({ code: 'STATE_CONFLICT', data: { field: 'cwd' } })
    const { id, worktree } = await app.api.spawn({ name: 'one', cwd: repository, start: false, worktree: {} })
    await commitFiles(worktree?.path ?? '', { 'a.txt': 'a\n' })
    await git(app.folders.work, 'init', '-q', '--bare', 'origin.git')
    await git(repository, 'remote', 'add', 'origin', 'https://gitlab.com/group/shop.git')
    await git(repository, 'config', 'remote.origin.pushurl', path.join(app.folders.work, 'origin.git'))
    const refused = await app.api.refusal('POST', '/instances/@one/worktree/pull-request', {})
    expect(refused.info).toMatchObject({ code: 'STATE_CONFLICT', data: { push: true } })
    const { body } = await app.api.raw('POST', `/instances/${id}/worktree/pull-request`, { push: true })
    expect(body).toMatchObject({ state: 'compare', tool: null })
  })
})
