import type { ServerResponse } from 'node:http'
import { errorStatus, type AppError } from '../../shared/app-error.ts'

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Whether a person's browser asks for a page, rather than a program for an answer. */
export function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b/i.test(accept)
}

/** Says to a person what was refused and what to do. */
export function sendRefusalPage(response: ServerResponse, error: AppError): void {
  response.writeHead(errorStatus[error.code], {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  response.end(pageOf(error))
}

const titles: Partial<Record<AppError['code'], string>> = {
  FORBIDDEN: 'This address is not allowed',
  UNAUTHORIZED: 'Sign in to Bullpen',
  NOT_FOUND: 'Not found',
}

function pageOf({ code, message }: AppError): string {
  const title = titles[code] ?? 'That did not work'
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Bullpen</title><style>
:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}body{max-width:36rem;margin:4rem auto;padding:0 1rem}
h1{font-size:1.25rem}p{white-space:pre-line}</style></head><body><main><h1>${title}</h1><p>${escaped(message)}</p></main></body></html>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
