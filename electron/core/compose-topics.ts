import { toAppError } from '../../shared/app-error.ts'
import type { PoolParts } from './compose-pool.ts'
import type { Ground } from './ground.ts'
import type { Lookup } from './lookup/lookup.ts'
import type { Pool } from './pool/pool.ts'
import { toolsOfTurn } from './queue/turn-tools.ts'
import { effectsOf } from './queue/verdict.ts'
import { Topics } from './topics/topics.ts'
import type { InstancePort, TaskPort } from './topics/topic-ports.ts'

type Parts = Pick<PoolParts, 'conversations'> & { pool: Pool; lookup: Lookup }

const latestTurns = 1_000

/** Topics and workers, over the pool's queue. */
export async function openTopics({ options, closers, events, watch, log, late }: Ground, parts: Parts): Promise<Topics> {
  const { conversations, pool, lookup } = parts
  const topics = await Topics.open({
    home: options.home,
    watch,
    log,
    tasks: taskPort(pool, lookup),
    turns: {
      turns: async (id, wanted) => {
        const turns = conversations.has(id) ? await conversations.turns(id, latestTurns) : []
        return turns.filter((turn) => wanted.includes(turn.id))
      },
      // What cannot be read any more may have been anything.
      hasEffects: (id, turnId) =>
        toolsOfTurn(conversations, id, turnId).then(
          (tools) => effectsOf(tools).length > 0,
          () => true,
        ),
    },
    instances: { find: instanceFinder(pool) },
    onTopic: (topic) => events.publish((seq) => ({ type: 'topic', seq, topic })),
    onTopicRemoved: (name) => events.publish((seq) => ({ type: 'topic-removed', seq, name })),
    onWorker: (worker) => events.publish((seq) => ({ type: 'worker', seq, worker })),
    onWorkerRemoved: (id) => events.publish((seq) => ({ type: 'worker-removed', seq, id })),
  })
  late.topics = topics
  topics.begin()
  closers.push(() => topics.close())
  return topics
}

function taskPort({ tasks }: Pool, lookup: Lookup): TaskPort {
  const peek = (id: string) => (tasks.queue.has(id) ? tasks.queue.task(id) : null)
  return {
    submit: (input) => tasks.submit(input),
    peek,
    find: async ({ id, turnId }) => peek(id) ?? ((await lookup.knows(id, turnId)) ? lookup.task(id) : null),
    cancel: (id) => tasks.queue.cancel(id),
  }
}

function instanceFinder(pool: Pool): InstancePort['find'] {
  return (id) => {
    try {
      return pool.instances.get(id)
    } catch (thrown) {
      if (toAppError(thrown).code === 'NOT_FOUND') return null
      throw thrown
    }
  }
}
