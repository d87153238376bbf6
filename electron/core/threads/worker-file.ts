/**
 * Where a thread's code is, for the file at `here` (`import.meta.url`): run from the sources, `source` beside that file; built,
 * `<built>.js` beside the bundle.
 */
export function workerFile(here: string, source: string, built: string): URL {
  if (here.endsWith('.ts')) return new URL(`./${source}`, here)
  return new URL(`${here.includes('/chunks/') ? '../' : './'}${built}.js`, here)
}
