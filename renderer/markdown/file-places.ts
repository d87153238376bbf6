import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from 'react'
import { mayBeFile, type FileNames } from './file-names.ts'

/** Opens a file that something on the page names: what was changed of it, or the file itself at a line. */
export type OpenFile = (path: string) => void

const FilePlaces = createContext<OpenFile | null>(null)

/** Where files that are named belong to a conversation, whose folder they are in. */
export const FilePlacesProvider = FilePlaces.Provider

/** How to open a file by its path, which may have a line behind a colon; null where there is no conversation: then paths are only copied. */
export function useOpenFile(): OpenFile | null {
  return useContext(FilePlaces)
}

const Names = createContext<FileNames | null>(null)

/** Where it is known which files are there. */
export const FileNamesProvider = Names.Provider

const noSubscription = () => () => undefined

/** Whether a word of code names a file of the conversation's folder. */
export function useNamesFile(text: string): boolean {
  const names = useContext(Names)
  const wanted = names !== null && mayBeFile(text) ? names : null
  useEffect(() => wanted?.want(text), [wanted, text])
  return useSyncExternalStore(
    wanted?.subscribe ?? noSubscription,
    useCallback(() => wanted?.has(text) === true, [wanted, text]),
  )
}
