import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.use({ oneApp: true })

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test.describe('a conversation with an instance', () => {
  test('streams its answer in order; the stored message says the same', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const events = await app.api.conversationEvents(conversation.id)
    await events.waitFor('the beginning', (event) => event.type === 'sync')
    const turn = await app.api.ask(conversation.id, 'Tell me [long 300] [rate 200]')
    expect(turn).toMatchObject({ outcome: 'done', conversationId: conversation.id })
    await events.waitFor('the end of the turn', (event) => event.type === 'turn' && event.turn.outcome === 'done')
    const streamed = events.events.map((event) => (event.type === 'delta' && event.kind === 'text' ? event.text : '')).join('')
    expect(streamed).toBe(turn.text)
    const seqs = events.events.map((event) => event.seq)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    expect(turn.timing.firstTokenMs).toBeLessThan(turn.timing.totalMs ?? 0)
    expect(turn.usage.output).toBeGreaterThan(0)
    const [prompt, answer] = await app.api.messages(conversation.id)
    expect(prompt).toMatchObject({ role: 'user', text: 'Tell me [long 300] [rate 200]', turnId: turn.id })
    expect(answer).toMatchObject({ role: 'assistant', text: turn.text, turnId: turn.id })
    events.close()
  })

  test('a stream goes on after a lost connection without a gap or a repeat', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const whole = await app.api.conversationEvents(conversation.id)
    const first = await app.api.conversationEvents(conversation.id)
    const turn = app.api.ask(conversation.id, 'Tell me [long 300] [rate 100]')
    await first.waitFor('some words', (event) => event.type === 'delta')
    first.close()
    const second = await app.api.conversationEvents(conversation.id, first.lastEventId)
    const done = await turn
    await second.waitFor('the end', (event) => event.type === 'turn' && event.turn.outcome === 'done')
    await whole.waitFor('the end', (event) => event.type === 'turn' && event.turn.outcome === 'done')
    const words = (events: typeof whole.events): string =>
      events.map((event) => (event.type === 'delta' && event.kind === 'text' ? event.text : '')).join('')
    expect(second.events[0]?.type).not.toBe('sync')
    expect(words([...first.events, ...second.events])).toBe(done.text)
    expect(words(whole.events)).toBe(done.text)
    whole.close()
    second.close()
  })

  test('a message to a busy instance waits where all can see it, and can be changed or withdrawn', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const first = app.api.ask(conversation.id, 'First [long 200] [rate 60]')
    await app.api.instanceWhen(instance.id, 'it to be busy', (one) => one.state === 'busy')
    const second = await app.api.send(conversation.id, 'Second')
    const third = await app.api.send(conversation.id, 'Third')
    await app.api.instanceWhen(instance.id, 'two to wait', (one) => one.queued === 2)
    const changed = await app.api.raw('PATCH', `/tasks/${second.taskId}`, { text: 'Second, changed' })
    expect(changed.body).toMatchObject({ text: 'Second, changed', state: 'waiting' })
    expect((await app.api.raw('DELETE', `/tasks/${third.taskId}`)).body).toEqual({ cancelled: true })
    expect(await first).toMatchObject({ outcome: 'done' })
    await until(
      'the second turn',
      async () => (await app.api.turns(conversation.id)).filter((turn) => turn.outcome === 'done').length === 2,
    )
    const prompts = (await app.api.messages(conversation.id)).filter((message) => message.role === 'user').map((message) => message.text)
    expect(prompts).toEqual(['First [long 200] [rate 60]', 'Second, changed'])
  })

  test('stop ends the turn in under a second and keeps what was said', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const events = await app.api.conversationEvents(conversation.id)
    const turn = app.api.ask(conversation.id, 'Tell me [long 1000] [rate 50]')
    await events.waitFor('the first words', (event) => event.type === 'delta')
    const began = performance.now()
    await app.api.act(instance.id, 'interrupt')
    expect(await turn).toMatchObject({ outcome: 'interrupted' })
    expect(performance.now() - began).toBeLessThan(1_500)
    const said = (await app.api.messages(conversation.id)).find((message) => message.role === 'assistant')
    const streamed = events.events.map((event) => (event.type === 'delta' && event.kind === 'text' ? event.text : '')).join('')
    expect(said?.text).toBe(streamed)
    expect(await app.api.ask(conversation.id, 'And now?')).toMatchObject({ outcome: 'done' })
    events.close()
  })

  test('the very first message in other words: Claude does not see what it said before', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: the blue door] [rate 0]')
    const [first] = await app.api.messages(conversation.id)
    expect(await app.api.ask(conversation.id, '[recall] [rate 0]', { replaces: first?.id })).toMatchObject({
      outcome: 'done',
      text: 'You have not told me anything to remember.',
    })
  })

  test('edit and resend takes the place of a message and what followed it', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'One')
    await app.api.ask(conversation.id, 'Two')
    const second = (await app.api.messages(conversation.id)).find((message) => message.text === 'Two')
    expect(await app.api.ask(conversation.id, 'Two, better', { replaces: second?.id })).toMatchObject({ outcome: 'done' })
    const shown = (await app.api.messages(conversation.id)).filter((message) => message.role === 'user').map((message) => message.text)
    expect(shown).toEqual(['One', 'Two, better'])
    const all = (await app.api.messages(conversation.id, '?superseded=true'))
      .filter((message) => message.role === 'user')
      .map((message) => message.text)
    expect(all).toEqual(['One', 'Two', 'Two, better'])
  })

  test('what was replaced can still be read', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'One [rate 0]')
    await app.api.ask(conversation.id, 'Two [echo: the lighthouse] [rate 0]')
    const second = (await app.api.messages(conversation.id)).find((message) => message.text.startsWith('Two'))
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const dialog = ui.getByRole('dialog', { name: 'Replaced messages' })
    const open = async () => {
      await ui.getByRole('button', { name: 'Conversation actions' }).click()
      await ui.getByRole('menuitem', { name: /^Replaced messages/ }).click()
    }
    await open()
    await expect(dialog).toContainText('No messages in this conversation were replaced.')
    await ui.keyboard.press('Escape')
    expect(await app.api.ask(conversation.id, 'Two, better [rate 0]', { replaces: second?.id })).toMatchObject({ outcome: 'done' })
    await expect(ui.locator('.thread')).not.toContainText('the lighthouse')
    await open()
    await expect(dialog.getByRole('listitem')).toHaveCount(2)
    await expect(dialog.getByRole('listitem').first()).toContainText('Two [echo: the lighthouse]')
    await expect(dialog).not.toContainText('Two, better')
    await looksRight(ui, 'replaced')
  })

  test('tools are shown with their input, output and time', async ({ app }) => {
    const { conversation } = await readyInstance(app, { allowedTools: ['Bash', 'Read'] })
    const events = await app.api.conversationEvents(conversation.id)
    const turn = await app.api.ask(conversation.id, 'Look [bash: cat notes.md]')
    expect(turn.outcome).toBe('done')
    const blocks = (await app.api.messages(conversation.id)).flatMap((message) => message.blocks)
    expect(blocks.find((block) => block.type === 'tool_use')).toMatchObject({ name: 'Bash', input: { command: 'cat notes.md' } })
    expect(blocks.find((block) => block.type === 'tool_result')).toMatchObject({
      isError: false,
      output: expect.stringContaining('Buy milk.') as unknown,
    })
    const tool = await events.waitFor('the finished tool', (event) => event.type === 'tool' && event.tool.state === 'done')
    expect(tool.type === 'tool' && tool.tool.durationMs).toBeGreaterThanOrEqual(0)
    events.close()
  })

  test('an image goes with the message and is kept', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const turn = await app.api.ask(conversation.id, 'What is this?', { images: [{ mediaType: 'image/png', data: pixel }] })
    expect(turn.outcome).toBe('done')
    const [prompt] = await app.api.messages(conversation.id)
    expect(prompt?.blocks).toContainEqual({ type: 'image', mediaType: 'image/png', data: pixel })
  })

  test('the first prompt gives the title until the user gives one', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Why is the sky blue?')
    expect(await app.api.conversation(conversation.id)).toMatchObject({ title: 'Why is the sky blue?', titleIsAutomatic: true })
    await app.api.raw('PATCH', `/conversations/${conversation.id}`, { title: 'Sky', tags: ['physics'] })
    await app.api.ask(conversation.id, 'And the sea?')
    expect(await app.api.conversation(conversation.id)).toMatchObject({ title: 'Sky', titleIsAutomatic: false, tags: ['physics'] })
  })

  test('an instance goes on with any of its conversations, each in its own session', async ({ app }) => {
    const { instance, conversation: one } = await readyInstance(app)
    const two = await app.api.createConversation({ instanceId: instance.id, title: 'Two' })
    await app.api.ask(one.id, 'In one')
    await app.api.ask(two.id, 'In two')
    const sessions = [(await app.api.conversation(one.id)).sessionId, (await app.api.conversation(two.id)).sessionId]
    expect(new Set(sessions).size).toBe(2)
    expect(await app.api.ask(one.id, 'Again in one')).toMatchObject({ outcome: 'done' })
    expect((await app.api.conversation(one.id)).sessionId).toBe(sessions[0])
    expect((await app.api.instance(instance.id)).conversationId).toBe(one.id)
  })

  test('another instance takes a conversation over', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    const { instance: other } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello')
    await app.api.act(other.id, 'open', { conversationId: conversation.id })
    expect(await app.api.ask(conversation.id, 'Hello again')).toMatchObject({ outcome: 'done', instanceId: other.id })
  })

  test('pages of messages reach back to the first, each message once', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    for (const text of ['One', 'Two', 'Three']) await app.api.ask(conversation.id, text)
    const texts: string[] = []
    let query = '?limit=4'
    for (let cursor: unknown = ''; cursor !== null;) {
      const { body } = await app.api.raw('GET', `/conversations/${conversation.id}/messages${query}`)
      const page = body as { items: { role: string; text: string }[]; nextCursor: string | null }
      texts.unshift(...page.items.filter((message) => message.role === 'user').map((message) => message.text))
      cursor = page.nextCursor
      query = `?limit=4&before=${page.nextCursor}`
    }
    expect(texts).toEqual(['One', 'Two', 'Three'])
  })

  test('a deleted conversation is gone; a list shows the newest first', async ({ app }) => {
    const { conversation: one } = await readyInstance(app)
    const two = await app.api.createConversation({ title: 'Two' })
    const list = async (): Promise<string[]> =>
      ((await app.api.raw('GET', '/conversations')).body as { items: { id: string }[] }).items.map((item) => item.id)
    expect(await list()).toEqual([two.id, one.id])
    await app.api.raw('DELETE', `/conversations/${one.id}`)
    expect(await list()).toEqual([two.id])
    expect((await app.api.refusal('GET', `/conversations/${one.id}`)).info.code).toBe('NOT_FOUND')
  })
})
