import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('asking before a tool runs', () => {
  test('nothing runs until it is allowed; then exactly what was shown', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const made = path.join(app.folders.work, 'made.txt')
    const turn = app.api.ask(conversation.id, 'Make it [bash: echo hello > made.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    expect(approval).toMatchObject({ instanceId: instance.id, tool: 'Bash', input: { command: 'echo hello > made.txt' } })
    expect((await app.api.instance(instance.id)).approvals).toBe(1)
    expect(existsSync(made)).toBe(false)
    await app.api.decide(approval.id, { decision: 'allow' })
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await readFile(made, 'utf8')).toBe('hello\n')
    expect(await app.api.approvals()).toEqual([])
  })

  test('denied with a message: it does not run and Claude is told why', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const turn = app.api.ask(conversation.id, 'Make it [bash: touch made.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    await app.api.decide(approval.id, { decision: 'deny', message: 'Not in this folder.' })
    expect((await turn).outcome).toBe('done')
    expect(existsSync(path.join(app.folders.work, 'made.txt'))).toBe(false)
    const results = (await app.api.messages(conversation.id))
      .flatMap((message) => message.blocks)
      .filter((block) => block.type === 'tool_result')
    expect(results[0]?.output).toContain('Not in this folder.')
  })

  test('what the user changed is what runs', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const turn = app.api.ask(conversation.id, 'Make it [bash: touch one.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    await app.api.decide(approval.id, { decision: 'allow', updatedInput: { ...approval.input, command: 'touch two.txt' } })
    await turn
    expect(existsSync(path.join(app.folders.work, 'one.txt'))).toBe(false)
    expect(existsSync(path.join(app.folders.work, 'two.txt'))).toBe(true)
  })

  test('allowed for the conversation: the same command is not asked about again, another one is', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const first = app.api.ask(conversation.id, 'Go [bash: touch one.txt] [rate 0]')
    await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'allow', remember: 'conversation' })
    await first
    expect(await app.api.ask(conversation.id, 'Again [bash: touch one.txt] [rate 0]')).toMatchObject({ outcome: 'done' })
    const third = app.api.ask(conversation.id, 'Other [bash: touch two.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    expect(approval.input['command']).toBe('touch two.txt')
    await app.api.decide(approval.id, { decision: 'deny', interrupt: true })
    await third
  })

  test('allowed for the conversation: in another folder, where a command has moved, the same command is asked about', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const allowed = async (prompt: string, remember: 'no' | 'conversation') => {
      const turn = app.api.ask(conversation.id, `${prompt} [rate 0]`)
      await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'allow', remember })
      await turn
    }
    await allowed('Go [bash: touch one.txt]', 'conversation')
    await allowed('Move [bash: mkdir sub && cd sub]', 'no')
    const again = app.api.ask(conversation.id, 'Again [bash: touch one.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    expect(path.basename(approval.folder ?? '')).toBe('sub')
    await app.api.decide(approval.id, { decision: 'deny', interrupt: true })
    await again
    expect(existsSync(path.join(app.folders.work, 'sub', 'one.txt'))).toBe(false)
  })

  test('nothing expires: stop withdraws the question, and an answer to it then is refused', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const turn = app.api.ask(conversation.id, 'Go [bash: touch made.txt] [rate 0]')
    const approval = await app.api.approvalOf(conversation.id)
    await app.api.act(instance.id, 'interrupt')
    expect((await turn).outcome).toBe('interrupted')
    expect(await app.api.approvals()).toEqual([])
    expect((await app.api.refusal('POST', `/approvals/${approval.id}`, { decision: 'allow' })).info.code).toBe('APPROVAL_GONE')
    expect(existsSync(path.join(app.folders.work, 'made.txt'))).toBe(false)
  })

  test('a denied tool of the instance is not even asked about', async ({ app }) => {
    const { conversation } = await readyInstance(app, { disallowedTools: ['Bash'] })
    expect((await app.api.ask(conversation.id, 'Go [bash: touch made.txt] [rate 0]')).outcome).toBe('done')
    expect(existsSync(path.join(app.folders.work, 'made.txt'))).toBe(false)
  })
})
