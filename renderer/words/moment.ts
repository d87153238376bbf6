/** A time to come, in the reader's locale and time zone: `at 7:06 PM`, `tomorrow at 9:00 AM`, `Nov 30 at 9:00 AM`. */
export function formatMoment(time: Date, now: Date): string {
  const clock = time.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
  if (time.toDateString() === now.toDateString()) return `at ${clock}`
  const tomorrow = new Date(now)
  tomorrow.setDate(now.getDate() + 1)
  if (time.toDateString() === tomorrow.toDateString()) return `tomorrow at ${clock}`
  return `${time.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })} at ${clock}`
}

/** The same text with the times in it, which are UTC where they come from, in the reader's own. */
export function withOwnTimes(text: string, now: Date): string {
  return text.replace(/\b(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC\b/g, (written, date: string, clock: string) => {
    const time = new Date(`${date}T${clock}Z`)
    return Number.isNaN(time.getTime()) ? written : formatMoment(time, now)
  })
}
