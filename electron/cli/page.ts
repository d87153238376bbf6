import { toAppError } from '../../shared/app-error.ts'
import { serve } from './serve.ts'

export type PageOptions = { demo: boolean; /** Opens it in the browser. */ open: boolean; version: string; until: Promise<void> }

/** Serves the app to a browser and says where it is to be found. Answers the exit code; what went wrong is said. */
export async function servePage({ demo, open, version, until }: PageOptions): Promise<number> {
  try {
    await serve({
      port: 0,
      home: null,
      demo,
      open,
      version,
      onReady: ({ page, demo: isDemo }) => {
        if (isDemo) process.stdout.write(`Answers come from the demo model${demo ? '' : ': you are not signed in to Claude Code'}.\n`)
        process.stdout.write(`\n  ${page}\n\nOpen this address on this machine. Press Ctrl+C to quit.\n`)
      },
      until,
    })
    return 0
  } catch (thrown) {
    process.stderr.write(`${toAppError(thrown).message}\n`)
    return 1
  }
}
