/** The time zone of whoever looks, whose days charts and budgets go by. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
