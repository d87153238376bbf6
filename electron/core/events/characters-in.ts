/** About how many characters a value has as JSON: what it costs to hold, without writing it down. Of any depth. */
export function charactersIn(value: unknown): number {
  const open = [value]
  let count = 0
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') count += one.length
    else if (typeof one !== 'object' || one === null) count += 4
    else {
      for (const [name, part] of Object.entries(one)) {
        count += name.length + 4
        open.push(part)
      }
    }
  }
  return count
}
