import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { App } from '../support/app.ts'
import { processesOf } from '../support/processes.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.describe('nothing is lost', () => {
  test('quit and start again: instances, conversations and the exact text are there', async ({ folders }) => {
    const first = await App.start({ folders })
    const { instance, conversation } = await readyInstance(first, { systemPrompt: 'Be brief.', tags: ['t'] })
    await first.api.ask(conversation.id, 'Say something with “quotes”, emoji 🙂 and\n\ntwo lines')
    const messages = await first.api.messages(conversation.id)
    expect(await first.quit()).toBe(0)
    await until('every process to end', () => processesOf(folders.root).length === 0)
    const second = await App.start({ folders })
    const back = await second.api.instance(instance.id)
    expect(back).toMatchObject({
      state: 'paused',
      pause: 'park',
      process: null,
      systemPrompt: 'Be brief.',
      tags: ['t'],
      conversationId: conversation.id,
    })
    expect(await second.api.messages(conversation.id)).toEqual(messages)
    expect(await second.api.ask(conversation.id, 'Go on')).toMatchObject({ outcome: 'done', timing: { origin: 'resumed' } })
    await second.quit()
  })

  test('kill -9 in the middle of an answer: the turn says it was cut off, keeps its words, and one call goes on in the same session', async ({
    folders,
  }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first)
    await first.api.ask(conversation.id, 'Hello')
    const { sessionId } = await first.api.conversation(conversation.id)
    const events = await first.api.conversationEvents(conversation.id)
    const sent = await first.api.send(conversation.id, 'Tell me [long 400] [rate 50]')
    await until('a good many words', () => events.events.filter((event) => event.type === 'delta').length > 10)
    await first.kill()
    const second = await App.start({ folders })
    await until('the old processes to end', () => processesOf(folders.root).every((one) => one.pid === second.pid))
    const lost = (await second.api.turns(conversation.id)).find((turn) => turn.id === sent.turnId)
    expect(lost).toMatchObject({ outcome: 'lost', error: { code: 'TURN_LOST' } })
    const partial = (await second.api.messages(conversation.id)).findLast((message) => message.role === 'assistant')
    expect(partial).toMatchObject({ partial: true, turnId: sent.turnId })
    expect(partial?.text.length).toBeGreaterThan(0)
    const turn = await second.api.continue(conversation.id)
    expect(turn, JSON.stringify(turn)).toMatchObject({ outcome: 'done' })
    expect((await second.api.conversation(conversation.id)).sessionId).toBe(sessionId)
    events.close()
    await second.quit()
  })

  test('kill -9 in the middle of a tool: it is said that the tool may have run, and it is not run again', async ({ folders }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first, { allowedTools: ['Bash'] })
    const sent = await first.api.send(conversation.id, 'Work [bash: echo x >> ran.txt; sleep 300]')
    const ran = path.join(folders.work, 'ran.txt')
    await until('the tool to run', () => readFile(ran, 'utf8').catch(() => undefined))
    await first.kill()
    const second = await App.start({ folders })
    await until('the tool to be ended', () => processesOf(folders.root).every((one) => one.pid === second.pid))
    const lost = (await second.api.turns(conversation.id)).find((turn) => turn.id === sent.turnId)
    expect(lost).toMatchObject({ outcome: 'lost', error: { data: { toolsUnknown: ['Bash'] } } })
    expect(lost?.error?.message).toContain('Bash')
    expect(await readFile(ran, 'utf8')).toBe('x\n')
    await second.quit()
  })

  test('messages that waited are still there, and are sent by themselves', async ({ folders }) => {
    const first = await App.start({ folders })
    const { instance, conversation } = await readyInstance(first)
    await first.api.send(conversation.id, 'First [long 400] [rate 50]')
    await first.api.instanceWhen(instance.id, 'it to be busy', (one) => one.state === 'busy')
    await first.api.send(conversation.id, 'Waiting')
    await first.kill()
    const second = await App.start({ folders })
    await until('the waiting message', async () => (await second.api.turns(conversation.id)).some((turn) => turn.outcome === 'done'))
    expect((await second.api.messages(conversation.id)).some((message) => message.text === 'Waiting')).toBe(true)
    await second.quit()
  })

  test('a torn tail and a broken line of a conversation file cost no other message', async ({ folders }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first)
    await first.api.ask(conversation.id, 'One')
    await first.api.ask(conversation.id, 'Two')
    const messages = await first.api.messages(conversation.id)
    await first.quit()
    const file = path.join(folders.data, 'conversations', `${conversation.id}.jsonl`)
    const lines = (await readFile(file, 'utf8')).split('\n')
    lines.splice(2, 0, '{"this is": not json', '\u0000\u0000\u0000')
    await writeFile(file, lines.join('\n'))
    await appendFile(file, '{"type":"message","torn')
    const second = await App.start({ folders })
    expect(await second.api.messages(conversation.id)).toEqual(messages)
    expect((await second.api.conversation(conversation.id)).damagedEntries).toBeGreaterThan(0)
    expect(await second.api.ask(conversation.id, 'Three')).toMatchObject({ outcome: 'done' })
    await second.quit()
    const third = await App.start({ folders })
    expect((await third.api.messages(conversation.id)).map((message) => message.text)).toEqual(
      expect.arrayContaining([...messages.map((message) => message.text), 'Three']),
    )
    await third.quit()
  })

  test('a conversation file that is not one is left alone and the app starts', async ({ folders }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first)
    await first.api.ask(conversation.id, 'One')
    await first.quit()
    const folder = path.join(folders.data, 'conversations')
    const stray = path.join(folder, 'conv_000000000000000000000000.jsonl')
    await writeFile(stray, Buffer.from([0xff, 0xfe, 0, 1, 2, 3]))
    const second = await App.start({ folders })
    expect(await second.api.conversation(conversation.id)).toMatchObject({ messageCount: 2 })
    expect(await readdir(folder)).toContain(path.basename(stray))
    await second.quit()
  })

  test('a second copy on the same data folder says where the first one is', async ({ folders }) => {
    const first = await App.start({ folders })
    const second = await App.start({ folders }).then(
      () => null,
      (error: unknown) => error,
    )
    expect(String(second)).toContain(first.url)
    expect(await first.api.health()).toMatchObject({ demo: true })
    await first.quit()
  })
})
