import { z } from 'zod'
import { isErrorCode } from '../../shared/app-error.ts'
import { transferSchema, type Transfer } from '../../shared/domain/transfer.ts'
import { ORPCError } from '@orpc/client'
import { authorization, takeToken } from './access.ts'
import { bridge } from './bridge.ts'
import { client } from './connection.ts'

/** Begins to import a file that the page was given; resolves once all of it has arrived. */
export async function sendFile(file: File): Promise<Transfer> {
  await checkReadable(file)
  if (bridge) return client.transfer.import({ file })
  const headers = { ...authorization(takeToken()), 'content-type': 'application/octet-stream' }
  const answer = await fetch(`/api/conversations/import?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers, body: file })
  const body: unknown = await answer.json()
  if (!answer.ok) throw refusal(body)
  return transferSchema.parse(body)
}

/** Hands a file that an export made to the user's downloads. */
export async function downloadTransfer({ id, file }: Transfer): Promise<void> {
  saveBlob(await blobOf(id), file?.name ?? 'export')
}

/** Hands bytes of the page's own to the user's downloads. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has its own hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Where the socket would hold the whole file at once, a request streams it. */
async function blobOf(id: string): Promise<Blob> {
  if (bridge) return client.transfer.file({ id })
  const answer = await fetch(`/api/transfers/${id}/file`, { headers: authorization(takeToken()) })
  if (!answer.ok) throw refusal(await answer.json())
  return answer.blob()
}

/** A folder that was dropped looks like a file until it is read. */
async function checkReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch {
    throw new ORPCError('BAD_REQUEST', { message: `“${file.name}” can’t be read. If it’s a folder, enter its path below instead.` })
  }
}

const refusalSchema = z.object({ code: z.string(), message: z.string() })

/** The same error as a call over the connection gives. */
function refusal(body: unknown): Error {
  const { code, message } = refusalSchema.safeParse(body).data ?? { code: '', message: '' }
  return isErrorCode(code) ? new ORPCError(code, { message }) : new Error(message)
}
