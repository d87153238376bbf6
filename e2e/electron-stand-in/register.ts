import { registerHooks } from 'node:module'

const standIn = new URL('./electron.ts', import.meta.url).href

/** Whoever asks for `electron` gets the stand-in. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier.startsWith('electron/') ? { url: standIn, shortCircuit: true } : next(specifier, context),
})
