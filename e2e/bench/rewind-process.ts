import { pino } from 'pino'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { fileRewinds } from '../support/rewind-checks.ts'
import { partsIn } from '../support/rewind-kills.ts'

/**
 * `node rewind-process.ts ROOT CONVERSATION MESSAGE`: goes back to a message, in the folders that `SnapshotFolder` makes. Says `ready` as it
 * begins and `done` once it has.
 */
const [, , root = '', conversationId = '', messageId = ''] = process.argv
const { snapshots, git, data } = partsIn(root)
const conversations = await ConversationStore.open({ folder: data, onChange: () => {}, log: pino({ level: 'silent' }) })
const rewinds = fileRewinds({ conversations, snapshots, git, home: data })
process.stdout.write('ready\n')
await rewinds.rewind(conversationId, { messageId, what: 'both', dryRun: false, overwrite: [] })
process.stdout.write('done\n')
process.exit(0)
