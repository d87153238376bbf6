import { useEffect } from 'react'
import { changeLive } from '../../commands/live-actions.ts'
import { loadContext, useContexts } from '../../state/context-store.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useNow } from '../../ui/use-now.ts'
import { AllowEverything } from './allow-everything.tsx'
import { ContextPanel } from './context-panel.tsx'
import { AccountLimits } from './limits.tsx'
import { McpPanel } from './mcp-panel.tsx'

/** What fills the context of a conversation, for those who type `/context`. */
export function ContextDialog({ id }: { id: string }) {
  const conversation = usePool((state) => state.conversations.get(id))
  const instance = usePool((state) => (conversation?.instanceId ? state.instances.get(conversation.instanceId) : undefined))
  const usage = useContexts((store) => store.byConversation.get(id))
  const asked = instance && instance.process !== null && instance.conversationId === id ? instance.id : null
  useEffect(() => {
    if (asked !== null) void loadContext(id, asked)
  }, [id, asked])
  return (
    <Dialog title="Context" onClose={ui.closeDialog}>
      {usage ? (
        <ContextPanel conversationId={id} usage={usage} canCompact={(conversation?.turnCount ?? 0) > 0} onDone={ui.closeDialog} />
      ) : (
        <p>
          {asked === null
            ? 'Available while Claude Code has this conversation open. Send a message, then look again.'
            : 'Asking Claude Code…'}
        </p>
      )}
    </Dialog>
  )
}

/** How much of the plan is used, for those who type `/usage`. */
export function PlanUsageDialog({ instanceId }: { instanceId: string }) {
  const account = usePool((state) => state.accounts.find(({ instanceIds }) => instanceIds.includes(instanceId)))
  const now = useNow(true)
  return (
    <Dialog title="Plan usage" onClose={ui.closeDialog}>
      {account && account.windows.length > 0 ? (
        <AccountLimits account={account} now={new Date(now)} />
      ) : (
        <p>No plan limits are known for this instance. Claude Code reports them with its answers; an account with an API key has none.</p>
      )}
      <p className="context-note">Tokens and cost of this conversation: /status. Of everything: Metrics.</p>
    </Dialog>
  )
}

/** The MCP servers of an instance, for those who type `/mcp`. */
export function McpDialog({ instanceId }: { instanceId: string }) {
  const instance = usePool((state) => state.instances.get(instanceId))
  if (!instance) return null
  return (
    <Dialog title={instance.name} onClose={ui.closeDialog}>
      <McpPanel instance={instance} isAsked={instance.process !== null} />
    </Dialog>
  )
}

/** Asks before a conversation gets the mode that never asks, for those who choose it in the palette. */
export function AllowEverythingDialog({ id }: { id: string }) {
  return <AllowEverything onAllow={() => changeLive(id, { permissionMode: 'bypassPermissions' })} onClose={ui.closeDialog} />
}
