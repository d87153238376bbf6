/** A time to come, in the reader's locale and time zone: `at 7:06 PM`, `tomorrow at 9:00 AM`, `Nov 30 at 9:00 AM`. */
export function formatMoment(time: Date, now: Date): string {
  const clock = time.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
  if (time.toDateString() === now.toDateString()) return `at ${clock}`
  const tomorrow = new Date(now)
  tomorrow.setDate(now.getDate() + 1)
  if (time.toDateString() === tomorrow.toDateString()) return `tomorrow at ${clock}`
  return `${time.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })} at ${clock}`
}
