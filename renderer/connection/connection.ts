import { takeToken } from './access.ts'
import { bridge } from './bridge.ts'
import type { Connection } from './client.ts'
import { portConnection } from './port-connection.ts'
import { socketConnection } from './socket-connection.ts'

/** The page's connection: a port in the desktop window, a WebSocket in a browser. Nothing else knows which. */
export const connection: Connection = bridge ? portConnection(bridge) : socketConnection(takeToken())

export const { client } = connection
