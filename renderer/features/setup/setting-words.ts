import { looksLikeSecret } from '../../../shared/domain/likely-secret.ts'

const names: Readonly<Record<string, string>> = {
  model: 'Model',
  effort: 'Effort',
  systemPrompt: 'System prompt',
  appendSystemPrompt: 'Instructions',
  permissionMode: 'Permissions',
  allowedTools: 'Allowed tools',
  disallowedTools: 'Denied tools',
  mcpServers: 'Other MCP servers',
  savedServers: 'MCP servers',
  addDirs: 'Additional folders',
  env: 'Environment',
  turnTimeoutSeconds: 'Turn timeout (seconds)',
  tags: 'Tags',
}
const most = 400

/** What a setting is called on the screen. */
export function settingName(field: string): string {
  return Object.hasOwn(names, field) ? (names[field] ?? field) : field
}

/** A setting's value in a few words; keys that stand in clear are not among them. */
export function settingWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'Default'
  if (Array.isArray(value)) return value.length === 0 ? 'None' : cut(value.map(String).join(', '))
  if (typeof value === 'string') return cut(value)
  if (typeof value !== 'object') return JSON.stringify(value) ?? ''
  const entries = Object.entries(value)
  return entries.length === 0 ? 'None' : cut(entries.map(([name, item]) => `${name}: ${partWords(name, item)}`).join('\n'))
}

function partWords(name: string, item: unknown): string {
  if (typeof item !== 'string')
    return JSON.stringify(item, (key, inner: unknown) => (typeof inner === 'string' && looksLikeSecret(key, inner) ? '•••' : inner))
  return looksLikeSecret(name, item) ? '•••' : item
}

function cut(text: string): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
