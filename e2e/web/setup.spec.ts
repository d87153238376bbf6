import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { App } from '../support/app.ts'
import { Keyring } from '../support/keyring.ts'
import { profileSchema } from '../../shared/domain/profile.ts'
import { looksRight } from '../support/looks.ts'
import { expect, test as base } from '../support/test.ts'

const mcpEnv = path.resolve(import.meta.dirname, '..', 'fixtures', 'mcp-env.ts')
const key = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'
const phone = { phone: { width: 390, height: 844 } }

/** With a key store, as most computers have one. */
const test = base.extend<{ keyring: Keyring }>({
  keyring: async ({ folders }, use) => use(await Keyring.make(folders)),
  app: async ({ folders, keyring }, use) => {
    const app = await App.start({ folders, env: keyring.env })
    await use(app)
    await app.dispose()
  },
})

test.describe('servers and profiles', () => {
  test('pasted JSON is tested, its key becomes a secret, and a profile makes an instance in one click that uses it', async ({
    app,
    ui,
  }) => {
    const { folders } = app
    await ui.getByRole('button', { name: 'Servers & profiles' }).click()
    await expect(ui.getByText('No profiles yet.')).toBeVisible()
    await ui.getByRole('button', { name: 'MCP servers' }).click()
    await ui.getByRole('button', { name: 'Add server…' }).click()
    const paste = ui.getByLabel('Paste configuration')
    await paste.fill('{ "mcpServers": { "keyed": { "command": 3 } } }')
    await expect(ui.getByText('mcpServers.keyed.command')).toBeVisible()
    await expect(ui.getByText('Expected text in quotes, found a number.')).toBeVisible()
    const config = { command: process.execPath, args: [mcpEnv, 'fails'], env: { GITHUB_TOKEN: key } }
    await paste.fill(JSON.stringify({ mcpServers: { keyed: config } }))
    await expect(ui.getByLabel('Command')).toHaveValue(process.execPath)
    await expect(ui.getByText('looks like a key')).toBeVisible()
    await looksRight(ui, 'server-paste')
    await ui.getByRole('button', { name: 'Save as secret' }).click()
    await expect(ui.getByLabel('Environment')).toHaveValue('GITHUB_TOKEN=${secret:GITHUB_TOKEN}')
    await ui.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(ui.getByText('It does not work: it ended before it answered (exit code 3).')).toBeVisible()
    await expect(ui.getByText('no database at nowhere')).toBeVisible()
    await ui.getByLabel('Arguments').fill(mcpEnv)
    await ui.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(ui.getByText('keyed saved')).toBeVisible()
    const row = ui.getByRole('listitem').filter({ hasText: 'keyed' })
    await row.getByRole('button', { name: 'Test keyed' }).click()
    await expect(row.getByText('It works. It has 1 tool.')).toBeVisible()
    await row.getByText('1 tool', { exact: true }).click()
    await expect(row.getByText('The length of a variable')).toBeVisible()
    await looksRight(ui, 'servers', { ...phone, wide: { width: 1280, height: 800 } })

    await ui.getByRole('button', { name: 'Profiles', exact: true }).click()
    await ui.getByRole('button', { name: 'New profile…' }).click()
    await ui.getByLabel('Name').fill('Keyed reviewer')
    await ui.getByRole('textbox', { name: 'Folder' }).fill(folders.work)
    await ui.getByRole('button', { name: /^More: tools/ }).click()
    await ui.getByLabel('Allowed tools').fill('mcp__keyed__length')
    await ui.getByLabel('keyed').check()
    await looksRight(ui, 'profile-form')
    await ui.getByRole('button', { name: 'Save profile' }).click()
    await expect(ui.getByText('MCP: keyed')).toBeVisible()
    await looksRight(ui, 'profiles', { ...phone, wide: { width: 1280, height: 800 } })
    await ui.keyboard.press('Control+k')
    await ui
      .getByPlaceholder(/Search/)
      .first()
      .fill('new from keyed')
    await ui.getByRole('option', { name: 'New from Keyed reviewer' }).click()
    await expect(ui.getByText('Keyed reviewer').first()).toBeVisible()
    await ui.getByRole('textbox', { name: /Message/ }).fill('[mcp: keyed length {"name": "GITHUB_TOKEN"}]')
    await ui.keyboard.press('Enter')
    await ui.locator('.tool-line').click()
    await expect(ui.getByLabel('Output', { exact: true })).toHaveText('GITHUB_TOKEN has 40 characters')
    for (const file of ['servers.json', 'profiles.json', 'instances.json', 'secrets.json'])
      expect(await readFile(path.join(folders.data, file), 'utf8')).not.toContain(key)
  })

  test('what Claude Code has is shown with its place and copied; a clear key of an instance, and a changed profile, are told of', async ({
    app,
    ui,
  }) => {
    const { folders, api } = app
    await writeFile(
      path.join(folders.work, '.mcp.json'),
      JSON.stringify({
        mcpServers: { tracker: { type: 'http', url: 'https://tracker.test/mcp', headers: { Authorization: `Bearer ${key}` } } },
      }),
    )
    const profile = await api.call(profileSchema, 'POST', '/profiles', {
      name: 'Writer',
      cwd: folders.work,
      appendSystemPrompt: 'Be brief.',
    })
    const made = await api.raw('POST', '/instances', { profile: 'writer', start: false, env: { API_TOKEN: key } })
    expect(made).toMatchObject({ status: 201, body: { name: 'Writer', appendSystemPrompt: 'Be brief.' } })
    await ui.getByRole('button', { name: 'Servers & profiles' }).click()
    await ui.getByRole('button', { name: 'MCP servers' }).click()
    const found = ui.getByRole('region', { name: 'From Claude Code’s configuration' })
    await expect(found.getByText('Project file')).toContainText('.mcp.json')
    await found.getByRole('button', { name: 'Copy tracker to Bullpen' }).click()
    await expect(ui.getByText('tracker saved; kept as secrets: TRACKER_AUTHORIZATION')).toBeVisible()
    await ui.getByRole('button', { name: /^Secrets/ }).click()
    await expect(ui.getByText('env.API_TOKEN')).toBeVisible()
    await looksRight(ui, 'secrets', { ...phone, wide: { width: 1280, height: 800 } })
    await ui.getByRole('button', { name: 'Make it a secret: env.API_TOKEN of Writer' }).click()
    await ui.getByRole('dialog').getByRole('button', { name: 'Make it a secret' }).click()
    await expect(ui.getByRole('dialog')).toBeHidden()
    await expect(ui.getByRole('heading', { name: 'In plain text' })).toBeHidden()
    expect(await api.raw('GET', '/secrets')).toMatchObject({ body: { clear: [] } })

    await api.raw('PATCH', `/profiles/${profile.id}`, { appendSystemPrompt: 'Be thorough.' })
    await ui.getByRole('button', { name: 'Profiles', exact: true }).click()
    await ui.getByRole('button', { name: 'profile changed' }).click()
    await expect(ui.getByText('changed in the profile')).toBeVisible()
    await looksRight(ui, 'profile-changes')
    await ui.getByRole('button', { name: 'Apply', exact: true }).click()
    await expect(ui.getByRole('button', { name: 'profile changed' })).toBeHidden()

    const file = await api.raw('POST', '/profiles/export', {})
    const text = JSON.stringify(file.body).replace('"Writer"', '"Other"').replace('Be thorough.', '${secret:MISSING}')
    await ui.getByRole('button', { name: 'Import…' }).click()
    await ui.getByLabel('Or paste its content').fill(text.replace('"env":{}', '"env":{"A":"${secret:MISSING}"}'))
    await expect(ui.getByText('Secret MISSING (Other)')).toBeVisible()
    await looksRight(ui, 'profiles-import')
    await ui.getByRole('button', { name: 'Import', exact: true }).click()
    await expect(ui.getByText('1 profile imported')).toBeVisible()
    await expect(ui.getByText('Missing here: secret MISSING')).toBeVisible()
  })
})
