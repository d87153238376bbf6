const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const shortDays = dayNames.map((name) => name.slice(0, 3).toUpperCase())
const nicknames: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])

/** A time of cron in words: “every weekday at 9:00”. What is too rare for words of its own is shown as it is. */
export function cronWords(cron: string): string {
  const parts = (nicknames.get(cron.trim().toLowerCase()) ?? cron.trim()).split(/\s+/)
  const [minute, hour, day, month, weekday] = parts.length === 6 && parts[0] === '0' ? parts.slice(1) : parts.length === 5 ? parts : []
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined)
    return secondsWords(parts) ?? asWritten(cron)
  const days = daysWords(day, month, weekday)
  const times = timesWords(minute, hour)
  if (days === null || times === null) return asWritten(cron)
  const isEveryDay = days === 'every day'
  if (times.isRepeated) return isEveryDay ? times.words : `${times.words}, ${days}`
  return `${days} ${times.words}`
}

function asWritten(cron: string): string {
  return `at the times of “${cron.trim()}”`
}

function secondsWords(parts: readonly string[]): string | null {
  const [second, ...others] = parts
  if (parts.length !== 6 || second === undefined || others.some((part) => part !== '*')) return null
  const step = stepOf(second)
  return step === null ? null : step === 1 ? 'every second' : `every ${step} seconds`
}

function timesWords(minute: string, hour: string): { words: string; isRepeated: boolean } | null {
  const minutes = listOf(minute, 59)
  const hours = listOf(hour, 23)
  if (minutes && hours && minutes.length * hours.length <= 6) {
    const times = hours.flatMap((h) => minutes.map((m) => `${h}:${two(m)}`))
    return { words: `at ${andList(times)}`, isRepeated: false }
  }
  const minuteStep = stepOf(minute)
  if (minuteStep !== null && hour === '*') return repeated(minuteStep === 1 ? 'every minute' : `every ${minuteStep} minutes`)
  const range = /^(\d{1,2})-(\d{1,2})$/.exec(hour)
  if (minuteStep !== null && range)
    return repeated(
      `${minuteStep === 1 ? 'every minute' : `every ${minuteStep} minutes`} from ${Number(range[1])}:00 to ${Number(range[2])}:59`,
    )
  const only = minutes?.length === 1 ? minutes[0] : undefined
  const hourStep = stepOf(hour)
  if (only === undefined || hourStep === null) return null
  const every = hourStep === 1 ? 'every hour' : `every ${hourStep} hours`
  return repeated(only === 0 ? every : `${every} at ${only} ${only === 1 ? 'minute' : 'minutes'} past`)
}

function repeated(words: string): { words: string; isRepeated: boolean } {
  return { words, isRepeated: true }
}

/** A day of the month and one of the week together mean either of them, which few expect: those are shown as they are. */
function daysWords(day: string, month: string, weekday: string): string | null {
  const months = month === '*' ? [] : listOf(month, 12)
  if (months === null) return null
  const inMonths = months.length === 0 ? '' : ` in ${andList(months.map((one) => monthNames[one - 1] ?? ''))}`
  if (day === '*' && weekday === '*') return `every day${inMonths}`
  if (day === '*') {
    const words = weekdaysWords(weekday)
    return words === null ? null : `every ${words}${inMonths}`
  }
  if (weekday !== '*') return null
  if (day.toUpperCase() === 'L') return `on the last day of ${inMonths === '' ? 'every month' : inMonths.slice(4)}`
  const days = listOf(day, 31)
  return days === null ? null : `on the ${andList(days.map(ordinal))} of ${inMonths === '' ? 'every month' : inMonths.slice(4)}`
}

function weekdaysWords(weekday: string): string | null {
  const numbers = shortDays.reduce((text, name, index) => text.replaceAll(name, String(index)), weekday.toUpperCase())
  const range = /^(\d)-(\d)$/.exec(numbers)
  const days = range ? between(Number(range[1]), Number(range[2])) : listOf(numbers, 7)
  if (days === null || days.length === 0) return null
  const set = [...new Set(days.map((one) => one % 7))].toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
  const key = set.join('')
  if (key === '12345') return 'weekday'
  if (key === '60') return 'Saturday and Sunday'
  if (set.length === 7) return 'day'
  return andList(set.map((one) => dayNames[one] ?? ''))
}

function between(from: number, to: number): number[] {
  return from > to ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

/** Plain numbers with commas between them, in order; null for anything else. */
function listOf(field: string, most: number): number[] | null {
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return null
  const numbers = [...new Set(field.split(',').map(Number))].toSorted((a, b) => a - b)
  return numbers.some((one) => one > most) ? null : numbers
}

function stepOf(field: string): number | null {
  if (field === '*') return 1
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1]
  return step === undefined ? null : Number(step)
}

function andList(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

function ordinal(day: number): string {
  const ending = day % 100 >= 11 && day % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')
  return `${day}${ending}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
