/** An address that may be opened: https and mailto only. Anything else becomes nothing, so that it cannot be clicked. */
export function safeAddress(address: string): string {
  const url = URL.parse(address.trim())
  return url !== null && (url.protocol === 'https:' || url.protocol === 'mailto:') ? url.href : ''
}
