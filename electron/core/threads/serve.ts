import { parentPort, workerData } from 'node:worker_threads'
import type { z } from 'zod'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { toThreadSchema, type CallInput, type CallOutput, type Calls, type FromThread, type Protocol } from './protocol.ts'

export type Handlers<C extends Calls> = { [N in keyof C]: (input: CallInput<C, N>) => CallOutput<C, N> | Promise<CallOutput<C, N>> }

export type Serving<C extends Calls, T> = {
  calls: Handlers<C>
  tell?: (tell: T) => void
  /** Writes what is not on the disk yet, and lets go of everything. */
  close?: () => void | Promise<void>
}

/** What this thread was started with. Throws where it is no thread of ours. */
export function startedWith<S extends z.ZodType>(data: S): z.output<S> {
  return data.parse(workerData)
}

/** How this thread says something unasked; to be had before it serves, for what happens while it opens. */
export function reporter<C extends Calls, T, R>(_protocol: Protocol<C, T, R>): (report: R) => void {
  return (report) => send({ kind: 'report', report })
}

/** Answers calls from now on, each once: with a value or with what its handler threw. */
export function serve<C extends Calls, T, R>(protocol: Protocol<C, T, R>, { calls, tell, close }: Serving<C, T>): void {
  const answer = async (name: string, input: unknown): Promise<unknown> => {
    const call = protocol.calls[name]
    const handler = calls[name]
    if (!call || !handler) throw new AppError('INTERNAL', `This thread knows no call ${name}.`)
    // The schema that says what the handler takes is the one that parses it here.
    return handler(call.input.parse(input) as CallInput<C, string>)
  }
  parentPort?.on('message', (raw: unknown) => {
    const message = toThreadSchema.parse(raw)
    switch (message.kind) {
      case 'ping':
        return send({ kind: 'pong' })
      case 'tell':
        return tell?.(protocol.tells.parse(message.tell))
      case 'close':
        return void Promise.resolve(close?.())
          .catch(() => {})
          .then(end)
      case 'call':
        return void answer(message.name, message.input).then(
          (value) => send({ kind: 'value', id: message.id, value }),
          (thrown: unknown) => send({ kind: 'error', id: message.id, error: toAppError(thrown).toInfo() }),
        )
    }
  })
}

/** Ends this thread: nothing more can be said to it. */
export function end(): void {
  send({ kind: 'closed' })
  parentPort?.close()
}

function send(message: FromThread): void {
  parentPort?.postMessage(message)
}
