import { create } from 'zustand'

type Insert = (text: string) => void

/** Where what is chosen elsewhere, such as a saved prompt, is put: the composer on the screen. */
export const useComposerTarget = create<{ insert: Insert | null }>(() => ({ insert: null }))

/** This composer is the one that is written in, until the returned function is called. */
export function writeHere(insert: Insert): () => void {
  useComposerTarget.setState({ insert })
  return () => {
    if (useComposerTarget.getState().insert === insert) useComposerTarget.setState({ insert: null })
  }
}
