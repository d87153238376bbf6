import type { SecretStore } from '../../../shared/domain/secret.ts'

/** Where the system keeps secrets. Values go in and out through pipes, never on a command line. Failures never hold a value. */
export interface KeyStore {
  readonly kind: SecretStore['kind']
  /** Its name for the user. */
  readonly label: string
  /** Null when it can be used, else the reason for the user to read. Never rejects. */
  probe(): Promise<string | null>
  /** Null: it has none of this name. Throws UNAVAILABLE. */
  get(name: string): Promise<string | null>
  /** Throws UNAVAILABLE. */
  set(name: string, value: string): Promise<void>
  /** Nothing happens where there is none. Throws UNAVAILABLE. */
  remove(name: string): Promise<void>
}

/** What the desktop shell encrypts with: the system's own, handed over by the shell. */
export type Cipher = {
  /** Null when it can be used, else why not. */
  unavailable: () => Promise<string | null>
  /** The text encrypted, as base64. */
  seal: (text: string) => Promise<string>
  /** Rejects when it was sealed by another user or computer. */
  open: (sealed: string) => Promise<string>
}

/** Where a store keeps what it has sealed itself. */
export type SealedFile = {
  get: (name: string) => string | null
  set: (name: string, sealed: string | null) => Promise<void>
}
