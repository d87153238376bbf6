import type { Worker, WorkerConfig, WorkerPatch } from '../../../shared/domain/topic.ts'

/** A worker as it is written in the form; what is empty is left out. */
export type WorkerForm = {
  instanceId: string
  output: string
  prompt: string
  concurrency: number
  context: WorkerConfig['context']
  retries: number
  backoffSeconds: number
  timeoutSeconds: string
}

export function formOf(worker: Worker | undefined, firstInstance: string): WorkerForm {
  return {
    instanceId: worker?.instanceId ?? firstInstance,
    output: worker?.output ?? '',
    prompt: worker?.prompt ?? '',
    concurrency: worker?.concurrency ?? 1,
    context: worker?.context ?? 'fresh',
    retries: worker?.retry.times ?? 2,
    backoffSeconds: worker?.retry.backoffSeconds ?? 5,
    timeoutSeconds: worker?.timeoutSeconds === undefined ? '' : String(worker.timeoutSeconds),
  }
}

/** What a new worker is made from. */
export function configOf(topic: string, form: WorkerForm) {
  const { output, prompt, timeoutSeconds, ...rest } = patchOf(form)
  return {
    topic,
    ...rest,
    ...(output === null ? {} : { output }),
    ...(prompt === null ? {} : { prompt }),
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
  }
}

/** What a worker becomes; null takes a field away. */
export function patchOf({ instanceId, output, prompt, concurrency, context, retries, backoffSeconds, timeoutSeconds }: WorkerForm) {
  return {
    instanceId,
    output: output === '' ? null : output,
    prompt: prompt.trim() === '' ? null : prompt,
    concurrency,
    context,
    retry: { times: retries, backoffSeconds },
    timeoutSeconds: timeoutSeconds.trim() === '' ? null : Number(timeoutSeconds),
  } satisfies WorkerPatch
}
