import type { App } from '../support/app.ts'

/** An idle instance with a conversation that has had its first turn. */
export type Member = { instanceId: string; conversationId: string }

/** So many instances, started two at a time as fits the machine, each warmed by one turn. */
export async function warmPool(app: App, count: number): Promise<Member[]> {
  const members: Member[] = []
  const start = async (index: number): Promise<void> => {
    const { id } = await app.api.spawn({ name: `Instance ${index}`, cwd: app.folders.work })
    await app.api.instanceWhen(id, 'it to be idle', (one) => one.state === 'idle', 60_000)
    const conversation = await app.api.createConversation({ instanceId: id })
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    members.push({ instanceId: id, conversationId: conversation.id })
  }
  for (let index = 0; index < count; index += 2) {
    await Promise.all([index, index + 1].filter((one) => one < count).map(start))
  }
  return members
}
