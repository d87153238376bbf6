import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cronOf } from './cron-phrase.ts'
import { CronTime } from './cron-time.ts'
import { cronWords } from './cron-words.ts'

const berlin = (cron: string) => CronTime.of({ cron, timeZone: 'Europe/Berlin' })
const texts = (times: readonly number[]) => times.map((time) => new Date(time).toISOString().slice(5, 16))
const from = (time: string) => Date.parse(`2026-${time}Z`)

describe('a time', () => {
  it('that is skipped when clocks go forward comes right after the gap', () => {
    expect(texts(berlin('30 2 * * *').next(from('03-28T12:00'), 2))).toEqual(['03-29T01:00', '03-30T00:30'])
    expect(texts(berlin('*/30 * * * *').next(from('03-29T00:00'), 4))).toEqual(['03-29T00:30', '03-29T01:00', '03-29T01:30', '03-29T02:00'])
  })

  it('that is there twice when clocks go back comes once, an interval goes on', () => {
    expect(texts(berlin('30 2 * * *').next(from('10-24T12:00'), 2))).toEqual(['10-25T00:30', '10-26T01:30'])
    expect(texts(berlin('30 2,14 * * *').next(from('10-24T13:00'), 2))).toEqual(['10-25T00:30', '10-25T13:30'])
    expect(texts(berlin('0 * * * *').next(from('10-24T23:30'), 3))).toEqual(['10-25T00:00', '10-25T01:00', '10-25T02:00'])
  })

  it('between two moments is the same as what comes next, and a flood of them is counted up to a hundred', () => {
    const cron = CronTime.of({ cron: '*/7 * * * *', timeZone: 'UTC' })
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(5_000_000), (start, length) => {
        const wanted = cron.next(start, 12).filter((time) => time <= start + length)
        fc.pre(wanted.length < 12)
        expect(cron.between(start, start + length, 12)).toEqual({ times: wanted, count: wanted.length })
      }),
      { numRuns: 10 },
    )
    const seconds = CronTime.of({ cron: '* * * * * *' })
    expect(seconds.between(0, 1e9, 3)).toEqual({ times: [999_998_000, 999_999_000, 1e9], count: 100 })
  })

  it('of a day that is rare is found at once', () => {
    const began = performance.now()
    const leap = CronTime.of({ cron: '0 0 29 2 *', timeZone: 'UTC' })
    expect(leap.between(from('01-01T00:00'), from('12-31T00:00'), 5).count).toBe(0)
    expect(new Date(leap.next(from('01-01T00:00'), 1)[0] ?? 0).toISOString()).toBe('2028-02-29T00:00:00.000Z')
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('that is none is refused, with what to write instead', () => {
    expect(() => berlin('30 2')).toThrow(/has 2 fields; a time has five/)
    expect(() => berlin('0 25 * * *')).toThrow(/“25” is no hour \(0–23\)/)
    expect(() => berlin('0 0 30 2 *')).toThrow(/never comes/)
    expect(() => berlin('@often')).toThrow(/@daily/)
    expect(() => CronTime.of({ cron: '0 0 * * *', timeZone: 'Mars/Base' })).toThrow(/Europe\/Berlin/)
  })
})

describe('words', () => {
  it.each([
    ['every weekday at 9', '0 9 * * 1-5', 'every weekday at 9:00'],
    ['Every 15 minutes', '*/15 * * * *', 'every 15 minutes'],
    ['every hour at :30', '30 * * * *', 'every hour at 30 minutes past'],
    ['every 2 hours', '0 */2 * * *', 'every 2 hours'],
    ['daily at 5pm', '0 17 * * *', 'every day at 17:00'],
    ['every day at 12 am', '0 0 * * *', 'every day at 0:00'],
    ['Mondays and Thursdays at 17:30', '30 17 * * 1,4', 'every Monday and Thursday at 17:30'],
    ['on the 1st of every month at noon', '0 12 1 * *', 'on the 1st of every month at 12:00'],
    ['on the last day of every month', '0 0 L * *', 'on the last day of every month at 0:00'],
    ['every weekend at 10:05', '5 10 * * 0,6', 'every Saturday and Sunday at 10:05'],
    ['0 9 * * MON-FRI', '0 9 * * MON-FRI', 'every weekday at 9:00'],
    ['*/5 9-17 * * 1-5', '*/5 9-17 * * 1-5', 'every 5 minutes from 9:00 to 17:59, every weekday'],
    ['@daily', '@daily', 'every day at 0:00'],
    ['0 0 13 * 5', '0 0 13 * 5', 'at the times of “0 0 13 * 5”'],
  ])('“%s” is %s, “%s”', (phrase, cron, words) => {
    expect(cronOf(phrase)).toBe(cron)
    expect(cronWords(cron)).toBe(words)
    expect(CronTime.of({ cron }).next(0, 1)).toHaveLength(1)
  })

  it('that fit into no time are refused with what fits', () => {
    expect(() => cronOf('every 7 minutes')).toThrow(/Choose 1, 2, 3/)
    expect(() => cronOf('when the moon is full')).toThrow(/every weekday at 9/)
    expect(() => cronOf('every day at 25')).toThrow(/not understood/)
  })

  it('never break, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(cronWords(text)).not.toBe('')
      }),
      { examples: [['__proto__'], ['constructor'], ['@toString']] },
    )
  })
})
