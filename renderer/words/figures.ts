/** How figures are written: units small and few digits, so that a column of them can be read at a glance. */

/** A span of time: `3 ms`, `0.61 s`, `21.4 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return ''
  const whole = Math.max(0, ms)
  if (Math.round(whole) < 1000) return whole > 0 && whole < 1 ? '<1 ms' : `${Math.round(whole)} ms`
  const seconds = whole / 1000
  if (seconds < 9.995) return `${trimZeros(seconds.toFixed(2))} s`
  if (seconds < 59.95) return `${trimZeros(seconds.toFixed(1))} s`
  const total = Math.round(seconds)
  if (total < 3600) return joinUnits(Math.floor(total / 60), 'min', total % 60, 's')
  return joinUnits(Math.floor(total / 3600), 'h', Math.floor((total % 3600) / 60), 'min')
}

/** A tool's time on one quiet line: seconds with as few digits as tell something. */
export function formatToolTime(ms: number): string {
  return ms < 1000 ? `${(Math.max(10, ms) / 1000).toFixed(2)} s` : formatDuration(ms)
}

/** Whole seconds in words, for thoughts: `6 s`, `2 min`. Never less than one. */
export function formatSeconds(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return seconds < 60 ? `${seconds} s` : joinUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's')
}

/** A running clock: `0:08`, `12:40`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const rest = `${Math.floor((seconds % 3600) / 60)}:${String(seconds % 60).padStart(2, '0')}`
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest.padStart(5, '0')}`
}

/** A count of tokens or characters: `812`, `9.7k`, `48.1k`, `1.2M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count)
  if (count < 99_950) return `${trimZeros((count / 1000).toFixed(1))}k`
  if (count < 999_500) return `${Math.round(count / 1000)}k`
  return `${trimZeros((count / 1_000_000).toFixed(1))}M`
}

/** US dollars, or in words that the price is not known: never a made-up zero. */
export function formatCost(usd: number | null): string {
  if (usd === null) return 'cost unknown'
  if (usd > 0 && usd < 0.005) return '<$0.01'
  return `$${usd.toFixed(2)}`
}

/** Bytes as people say them: `640 B`, `12 KB`, `4.8 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`
  return `${trimZeros((bytes / 1_000_000).toFixed(1))} MB`
}

/** `1 turn`, `14 turns`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** When something was: `14:05` today, otherwise the day. */
export function formatWhen(time: string, now = new Date()): string {
  const date = new Date(time)
  return date.toDateString() === now.toDateString()
    ? date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
}

/** A path as short as it stays clear: `~` for home, and from the working folder on when it lies inside. */
export function shortPath(path: string, { cwd, home }: { cwd?: string | null; home?: string | null } = {}): string {
  if (cwd && path !== cwd && isInside(path, cwd)) return path.slice(withSlash(cwd).length)
  if (home && path === home) return '~'
  if (home && isInside(path, home)) return `~/${path.slice(withSlash(home).length)}`
  return path
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(withSlash(folder))
}

function withSlash(folder: string): string {
  return /[\\/]$/.test(folder) ? folder : `${folder}${folder.includes('\\') ? '\\' : '/'}`
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
