/** A number that is not negative, or another where the text is none. */
export function numberOr(value: string, otherwise: number): number {
  const number = Number.parseFloat(value)
  return Number.isFinite(number) && number >= 0 ? number : otherwise
}
