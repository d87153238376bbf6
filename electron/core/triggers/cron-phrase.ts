import { AppError } from '../../../shared/app-error.ts'

const dayNumbers: Readonly<Record<string, number>> = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 }
const examples = '“every weekday at 9”, “every Monday and Thursday at 17:30”, “every 15 minutes”, “on the 1st of every month at noon”'
const ofAnHour = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]
const ofADay = [1, 2, 3, 4, 6, 8, 12, 24]

/** The cron of what somebody says: “every weekday at 9” is `0 9 * * 1-5`. Cron itself stays as it is. Throws BAD_REQUEST, which says what can be said. */
export function cronOf(phrase: string): string {
  const text = phrase
    .trim()
    .toLowerCase()
    .replace(/[.,]+$/, '')
    .replace(/\s+/g, ' ')
  if (text.startsWith('@') || /^[\d*][^a-z]*( \S+){4,5}$/.test(text)) return phrase.trim()
  const cron = interval(text) ?? monthly(text) ?? daily(text)
  if (cron !== null) return cron
  throw fault(`“${phrase.trim()}” is not understood. Say it like ${examples}, or write five fields of cron.`)
}

function interval(text: string): string | null {
  const found = /^(?:every|each) (?:(\d{1,4}) )?(minute|hour)s?(?: at :?(\d{1,2})(?: minutes?)?(?: past)?)?$/.exec(
    text === 'hourly' ? 'every hour' : text,
  )
  if (!found) return null
  const every = Number(found[1] ?? 1)
  const at = Number(found[3] ?? 0)
  if (found[2] === 'minute') {
    if (found[3] !== undefined) return null
    if (!ofAnHour.includes(every)) throw fault(`Every ${every} minutes does not fit into an hour. Choose ${orList(ofAnHour)} minutes.`)
    return every === 1 ? '* * * * *' : every === 60 ? '0 * * * *' : `*/${every} * * * *`
  }
  if (at > 59) return null
  if (!ofADay.includes(every)) throw fault(`Every ${every} hours does not fit into a day. Choose ${orList(ofADay)} hours.`)
  return every === 1 ? `${at} * * * *` : every === 24 ? `${at} 0 * * *` : `${at} */${every} * * *`
}

function monthly(text: string): string | null {
  const found = /^on the (last day|(\d{1,2})(?:st|nd|rd|th)?) of (?:every|each|the) month(?: at (.+))?$/.exec(text)
  if (!found) return null
  const day = Number(found[2] ?? 1)
  if (day < 1 || day > 31) throw fault(`No month has a day ${day}. Choose 1 to 31, or “the last day”.`)
  const time = timeOf(found[3] ?? 'midnight')
  return time === null ? null : `${time} ${found[2] === undefined ? 'L' : day} * *`
}

function daily(text: string): string | null {
  const found = /^(?:on |every |each )?(.+?)(?: at (.+))?$/.exec(text)
  const days = found?.[1] === undefined ? null : daysOf(found[1])
  const time = timeOf(found?.[2] ?? 'midnight')
  return days === null || time === null ? null : `${time} * * ${days}`
}

function daysOf(words: string): string | null {
  if (['day', 'daily', 'days'].includes(words)) return '*'
  if (['weekday', 'weekdays', 'working day', 'workday'].includes(words)) return '1-5'
  if (['weekend', 'weekends'].includes(words)) return '0,6'
  const numbers = words.split(/\s*,\s*(?:and )?| and /).map(dayNumber)
  const known = numbers.flatMap((one) => (one === null ? [] : [one]))
  return known.length === numbers.length ? [...new Set(known)].toSorted((a, b) => a - b).join(',') : null
}

function dayNumber(word: string): number | null {
  if (!/^(sun|mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?)(days?)?$/.test(word)) return null
  return dayNumbers[word.slice(0, 3)] ?? null
}

/** `minute hour`. */
function timeOf(words: string): string | null {
  if (words === 'noon') return '0 12'
  if (words === 'midnight') return '0 0'
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(?: ?h| o’clock| o'clock| ?(am|pm|a\.m|p\.m))?$/.exec(words)
  if (!found) return null
  const half = found[3]?.replace('.', '')
  const said = Number(found[1])
  const minute = Number(found[2] ?? 0)
  if (half !== undefined && (said < 1 || said > 12)) return null
  const hour = half === undefined ? said : (said % 12) + (half === 'pm' ? 12 : 0)
  return hour > 23 || minute > 59 ? null : `${minute} ${hour}`
}

function orList(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1) ?? ''}`
}

function fault(message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field: 'on.cron' } })
}
