/** Whether a link may leave the page: the web over https, a mail, and what runs on this computer. Both shells ask here, and nowhere else is it decided. */
export function mayOpen(url: { protocol: string; hostname: string }): boolean {
  if (url.protocol === 'https:' || url.protocol === 'mailto:') return true
  return url.protocol === 'http:' && isLoopback(url.hostname)
}

/** What a server that listens everywhere says of itself: from here it is this computer. */
const unspecified = new Set(['0.0.0.0', '[::]'])

/** A name or number that never leaves this computer, as an URL spells it. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    unspecified.has(hostname) ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}
