import { expect, test } from 'vitest'
import { NewestCheck } from './newest-check.ts'

test('one is asked about at a time, of the others the newest; a failure does not end it', async () => {
  const asked: string[] = []
  const answers: string[] = []
  const free: (() => void)[] = []
  const check = new NewestCheck(
    async (text) => {
      asked.push(text)
      await new Promise<void>((resolve) => free.push(resolve))
      if (text === 'bad') throw new Error('no')
      return text.toUpperCase()
    },
    (answer) => answers.push(answer),
  )
  const answered = async () => {
    free.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const text of ['a', 'b', 'bad']) check.ask(text)
  await answered()
  check.ask('c')
  await answered()
  await answered()
  expect([asked, answers]).toEqual([
    ['a', 'bad', 'c'],
    ['A', 'C'],
  ])
  check.ask('d')
  check.close()
  await answered()
  expect(answers).toEqual(['A', 'C'])
})
