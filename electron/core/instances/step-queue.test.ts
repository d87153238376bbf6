import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StepQueue } from './step-queue.ts'

test('steps run one after another in the order they were added, whichever of them take time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 50 }), async (slow) => {
      const order: number[] = []
      let inside = 0
      const queue = new StepQueue((thrown) => {
        throw thrown
      })
      const finished = Promise.withResolvers<void>()
      slow.forEach((takesTime, index) => {
        queue.add(() => {
          expect(inside).toBe(0)
          order.push(index)
          if (!takesTime) return undefined
          inside += 1
          return Promise.resolve().then(() => {
            inside -= 1
          })
        })
      })
      queue.add(() => finished.resolve())
      await finished.promise
      expect(order).toEqual(slow.map((_, index) => index))
    }),
  )
})

test('a step that has nothing to wait for runs at once', () => {
  let ran = false
  new StepQueue(() => {}).add(() => {
    ran = true
  })
  expect(ran).toBe(true)
})

test('after a failure the rest is dropped and the failure is told once', async () => {
  const seen: unknown[] = []
  const queue = new StepQueue((thrown) => seen.push(thrown))
  queue.add(() => Promise.reject(new Error('disk full')))
  queue.add(() => {
    seen.push('ran')
  })
  await new Promise((resolve) => setImmediate(resolve))
  queue.add(() => {
    seen.push('ran later')
  })
  expect(seen).toEqual([new Error('disk full')])
})
