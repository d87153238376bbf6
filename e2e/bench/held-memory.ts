import { z } from 'zod'
import { memoryMb } from '../support/processes.ts'
import { until } from '../support/until.ts'

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.url() }))
const heapSchema = z.object({ id: z.int(), result: z.object({ usedSize: z.number().optional() }) })
const inspector = 'http://127.0.0.1:9229/json'

/**
 * What a Node process holds once it has thrown away what nobody needs, and what it has of the system's memory then, in MB. Asked through
 * its inspector, which is open from then on. Nothing else on the machine may listen at Node's usual port for that.
 */
export async function heldMemory(pid: number): Promise<{ heapMb: number; systemMb: number }> {
  process.kill(pid, 'SIGUSR1')
  const address = await until('the inspector', async () => {
    const answer = await fetch(inspector).catch(() => null)
    return answer && targetsSchema.parse(await answer.json())[0]?.webSocketDebuggerUrl
  })
  const socket = new WebSocket(address)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  await ask(socket, 'HeapProfiler.collectGarbage')
  const { usedSize = Number.NaN } = await ask(socket, 'Runtime.getHeapUsage')
  socket.close()
  return { heapMb: usedSize / 1_000_000, systemMb: memoryMb(pid) ?? Number.NaN }
}

async function ask(socket: WebSocket, method: string): Promise<{ usedSize?: number | undefined }> {
  const answer = new Promise<unknown>((resolve) =>
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data), { once: true }),
  )
  socket.send(JSON.stringify({ id: 1, method }))
  return heapSchema.parse(JSON.parse(String(await answer))).result
}
