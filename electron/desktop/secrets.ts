import { safeStorage } from 'electron'
import type { Cipher } from '../core/secrets/key-store.ts'

/** Encrypts by the system's own key store: Keychain, DPAPI, or the keyring of the desktop. Of use once the app is ready. */
export const systemCipher: Cipher = {
  unavailable: async () => {
    // Without a keyring Chromium would encrypt with a key that everybody knows.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
      return 'There is no keyring in this desktop session, so secrets cannot be kept here.'
    return (await safeStorage.isAsyncEncryptionAvailable())
      ? null
      : 'The system’s key store is not available, so secrets cannot be kept here.'
  },
  seal: async (text) => (await safeStorage.encryptStringAsync(text)).toString('base64'),
  open: async (sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64'))).result,
}
