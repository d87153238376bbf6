/** One line of the table: what was measured and what is wanted. */
export type Figure = {
  name: string
  measured: string
  wanted: string
  ok: boolean
  /** Something was lost or crashed: the whole run has failed. */
  grave?: boolean
}

/** Measures one or more figures; what it starts it ends. `note` is for what a reader may want to know on the way. */
export type Bench = (note: (text: string) => void) => Promise<Figure[]>

/** The value below which this share (0 to 1) of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** `median / 95%` in words. */
export function spread(values: readonly number[], unit: string): string {
  return `${round(quantile(values, 0.5))} / ${round(quantile(values, 0.95))} ${unit}`
}

/** Three figures are enough for anybody. */
export function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10)
}

/** A whole number from the environment. */
export function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[name])
  return Number.isInteger(value) && value > 0 ? value : otherwise
}
