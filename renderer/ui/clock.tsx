import { formatFullTime, formatTime } from '../words/times.ts'

/** A time of day; its title says the day too. */
export function Clock({ time, className = '' }: { time: string; className?: string }) {
  return (
    <time className={`figure ${className}`} dateTime={time} title={formatFullTime(time)}>
      {formatTime(time)}
    </time>
  )
}
