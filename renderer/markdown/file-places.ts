import { createContext, useContext } from 'react'

/** Opens a file that something on the page names: what was changed of it, or the file itself at a line. */
export type OpenFile = (path: string) => void

const FilePlaces = createContext<OpenFile | null>(null)

/** Where files that are named belong to a conversation, whose folder they are in. */
export const FilePlacesProvider = FilePlaces.Provider

/** How to open a file by its path, which may have a line behind a colon; null where there is no conversation: then paths are only copied. */
export function useOpenFile(): OpenFile | null {
  return useContext(FilePlaces)
}
