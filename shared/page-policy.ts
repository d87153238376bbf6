/** The Content Security Policy of the page in both shells: nothing from elsewhere, no inline script, no frame around it. Styles are set by attribute where a list is measured. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // The frame that diagrams are drawn in; nothing else is framed.
  "frame-src 'self'",
].join('; ')

/** Of the frame that diagrams are drawn in: it runs its own scripts without the page's origin and reaches nothing. */
export const framePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ')

/** Whether a path is one of that frame's files. */
export function isFrameFile(pathname: string): boolean {
  return pathname.startsWith('/diagram/')
}
