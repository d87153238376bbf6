/** What one who has the token, but does not behave, may cost at most. */
export type WebLimits = {
  /** Bytes that wait for one WebSocket's reader; above it the socket is closed with 1013. */
  bufferedBytes: number
  /** Server-sent event streams at once; one more is answered LIMIT_REACHED. */
  streams: number
  /** How long a stream's reader may take nothing before it is dropped, in milliseconds. */
  stallMs: number
}

export const webLimits: WebLimits = { bufferedBytes: 64 * 1024 * 1024, streams: 64, stallMs: 60_000 }
