/** A turn whose prompt is on its way, and the folder that its process works in. */
export type BegunTurn = { conversationId: string; turnId: string; cwd: string }

/** Told who works where, so that files can be kept as they were before and after. Nothing of it throws, and nothing waits but `beforeCall`. */
export type WorkWatch = {
  /** An instance has come up to work in a folder. */
  comesUp: (cwd: string) => void
  /** `done` settles when the turn has ended. */
  turnBegins: (turn: BegunTurn, done: Promise<unknown>) => void
  /** Claude or a sub-agent is about to call a tool; resolves when it may, after some seconds at most. */
  beforeCall: (conversationId: string, call: { tool: string; folder: string }) => Promise<void>
  /** Whether anything runs in the background of a conversation that may change files. */
  background: (work: { conversationId: string; cwd: string; runs: boolean }) => void
}
