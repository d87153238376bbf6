import { PanelLeft } from 'lucide-react'
import { useEffect, type MouseEvent } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { EditPromptDialog, FillPromptDialog } from '../features/composer/prompt-dialogs.tsx'
import { CommitDialog } from '../features/changes/commit-dialog.tsx'
import { SendCommentsDialog, TakeBackDialog } from '../features/changes/review-dialogs.tsx'
import { PromptsDialog } from '../features/composer/prompts-dialog.tsx'
import { DeleteConversationDialog, HandOverDialog, RenameConversationDialog } from '../features/conversations/conversation-dialogs.tsx'
import { ConversationFolderDialog } from '../features/instances/conversation-folder-dialog.tsx'
import { CheckpointDialog, ForksDialog, StartFromDialog } from '../features/conversations/fork-dialogs.tsx'
import { ReplacedDialog } from '../features/conversations/replaced-dialog.tsx'
import { Banners } from '../features/health/banners.tsx'
import { ShortcutsDialog } from '../features/health/shortcuts-dialog.tsx'
import { SignInDialog } from '../features/health/sign-in-dialog.tsx'
import { CreateInstanceDialog, EditInstanceDialog } from '../features/instances/instance-dialog.tsx'
import { ProfileDialog, RemoveProfileDialog, SaveProfileDialog } from '../features/instances/profile-dialogs.tsx'
import { RemoveInstanceDialog } from '../features/instances/remove-dialogs.tsx'
import { CleanUpDialog } from '../features/library/clean-up-dialog.tsx'
import { DeleteManyDialog, EmptyTrashDialog, TagDialog } from '../features/library/library-dialogs.tsx'
import { LibraryScreen } from '../features/library/library-screen.tsx'
import { AllowEverythingDialog, ContextDialog, McpDialog, PlanUsageDialog } from '../features/live/live-dialogs.tsx'
import { NeedsYouScreen } from '../features/needs-you/needs-you-screen.tsx'
import { NewConversationScreen } from '../features/new-conversation/new-conversation-screen.tsx'
import { Palette } from '../features/palette/palette.tsx'
import { PoolScreen } from '../features/pool/pool-screen.tsx'
import { NewRuleDialog } from '../features/rules/new-rule-dialog.tsx'
import { DecideTogetherDialog } from '../features/approvals/decide-together.tsx'
import { NewRunScreen } from '../features/recipes/new-run-screen.tsx'
import { RewindDialog, UndoRewindDialog } from '../features/rewind/rewind-dialog.tsx'
import { RulesScreen } from '../features/rules/rules-screen.tsx'
import { CancelRunDialog, EditStepDialog, FinishStepDialog, SkipStepDialog } from '../features/runs/run-dialogs.tsx'
import { RunScreen } from '../features/runs/run-screen.tsx'
import { RunsScreen } from '../features/runs/runs-screen.tsx'
import { SearchScreen } from '../features/search/search-screen.tsx'
import { ImportProfilesDialog } from '../features/setup/import-profiles-dialog.tsx'
import { ProfileChangesDialog } from '../features/setup/profile-changes-dialog.tsx'
import { RemoveSecretDialog, SecretDialog, TakeSecretDialog } from '../features/setup/secret-dialogs.tsx'
import { ServerDialog } from '../features/setup/server-dialog.tsx'
import { RemoveServerDialog } from '../features/setup/servers-panel.tsx'
import { SetupScreen } from '../features/setup/setup-screen.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import { Sidebar } from '../features/sidebar/sidebar.tsx'
import { StartScreen } from '../features/start/start-screen.tsx'
import { ExportDialog } from '../features/transfer/export-dialog.tsx'
import { ImportDialog } from '../features/transfer/import-dialog.tsx'
import { PromptDialog } from '../features/transfer/prompt-dialog.tsx'
import { TriggerScreen } from '../features/triggers/trigger-screen.tsx'
import { TriggersDialog } from '../features/triggers/triggers-dialog.tsx'
import { TriggersScreen } from '../features/triggers/triggers-screen.tsx'
import { TopicScreen } from '../features/topics/topic-screen.tsx'
import { TopicsDialog } from '../features/topics/topics-dialog.tsx'
import { TopicsScreen } from '../features/topics/topics-screen.tsx'
import { VaultScreen } from '../features/vault/vault-screen.tsx'
import { MergeWorktreeDialog, PullRequestDialog, RemoveWorktreeDialog } from '../features/worktrees/worktree-dialogs.tsx'
import { VaultCleanUpDialog } from '../features/vault/vault-clean-up-dialog.tsx'
import { keepDraftsAtTheEnd } from '../state/drafts.ts'
import { usePool } from '../state/pool-store.ts'
import { useNeeds } from '../state/use-needs.ts'
import { followAddress, ui, useUi, type DialogName, type Screen, type UiState } from '../state/ui-store.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Toaster } from '../ui/toaster.tsx'
import { connection } from '../connection/connection.ts'
import { shareSeen } from '../state/seen-store.ts'
import { keepWorkspace } from '../state/workspace-keeper.ts'
import { ChangesOrGone, InstanceOrGone, Nowhere } from './gone-screens.tsx'
import { LateMetrics, useMetricsWhenIdle } from './late-metrics.tsx'
import { LateRecipe } from './late-recipe.tsx'
import { PanesScreen } from './panes/panes-screen.tsx'
import { ScreenBoundary } from './screen-boundary.tsx'
import { useBrowserNotifications } from './use-browser-notifications.ts'
import { useAttention, useDesktopCommands, useNoStrayDrops, useRoomForDetails, useShortcuts, useTheme } from './use-shell-effects.ts'
import './shell.css'

/** The whole window: banners, sidebar, one screen, and what lies over it. */
export function Shell() {
  const { screen, dialog, drawerOpen, sidebarOpen } = useUi(useShallow(partsOf))
  const refused = usePool((state) => state.connection === 'refused')
  const loaded = usePool((state) => state.loaded)
  useEffect(followAddress, [])
  useEffect(keepDraftsAtTheEnd, [])
  useEffect(() => keepWorkspace(connection), [])
  useEffect(shareSeen, [])
  useMetricsWhenIdle()
  useTheme()
  useShortcuts()
  useNoStrayDrops()
  useDesktopCommands()
  useBrowserNotifications()
  useRoomForDetails()
  useAttention(useNeeds().length)
  if (refused) return <Refused />
  return (
    <div className="shell" data-drawer={drawerOpen ? 'open' : 'closed'} data-sidebar={sidebarOpen ? 'open' : 'closed'}>
      <a className="skip" href="#screen" onClick={skip}>
        Skip to the conversation
      </a>
      <div className="shell-body" data-loaded={loaded}>
        <Sidebar />
        <div className="drawer-shade" onClick={() => ui.setDrawer(false)} aria-hidden />
        <div className="shell-screen" inert={drawerOpen}>
          <Banners />
          <div className="shell-screen-body" id="screen" tabIndex={-1}>
            <div className="sidebar-show">
              <IconButton label="Show the sidebar" icon={PanelLeft} onClick={ui.toggleSidebar} />
            </div>
            <ScreenBoundary key={boundaryKey(screen)}>
              <ScreenOf screen={screen} />
            </ScreenBoundary>
            <Toaster />
          </div>
        </div>
      </div>
      {dialog && <DialogOf key={JSON.stringify(dialog)} dialog={dialog} />}
      <Palette />
    </div>
  )
}

function partsOf({ screen, dialog, drawerOpen, sidebarOpen }: UiState): Pick<UiState, 'screen' | 'dialog' | 'drawerOpen' | 'sidebarOpen'> {
  return { screen, dialog, drawerOpen, sidebarOpen }
}

/** Within one of these, going from place to place keeps what is drawn. */
function boundaryKey(screen: Screen): string {
  if (screen.name === 'changes' || screen.name === 'run') return `${screen.name} ${screen.id}`
  return screen.name === 'conversation' ? screen.name : JSON.stringify(screen)
}

function ScreenOf({ screen }: { screen: Screen }) {
  switch (screen.name) {
    case 'start':
      return <StartScreen />
    case 'conversation':
      return <PanesScreen screen={screen} />
    case 'changes':
      return <ChangesOrGone key={screen.id} screen={screen} />
    case 'new':
      return <NewConversationScreen />
    case 'instance':
      return <InstanceOrGone key={screen.id} id={screen.id} />
    case 'nowhere':
      return <Nowhere address={screen.address} />
    case 'needs-you':
      return <NeedsYouScreen />
    case 'metrics':
      return <LateMetrics />
    case 'new-run':
      return <NewRunScreen name={screen.recipe} />
    case 'recipe':
      return <LateRecipe key={screen.recipe} name={screen.recipe} />
    case 'library':
      return <LibraryScreen />
    case 'pool':
      return <PoolScreen />
    case 'triggers':
      return screen.id === undefined ? <TriggersScreen /> : <TriggerScreen key={screen.id} id={screen.id} />
    case 'topics':
      return screen.id === undefined ? <TopicsScreen /> : <TopicScreen name={screen.id} />
    case 'runs':
      return <RunsScreen />
    case 'run':
      return <RunScreen key={screen.id} id={screen.id} stepId={screen.step} />
    case 'rules':
      return <RulesScreen id={screen.id} />
    case 'profiles':
    case 'servers':
    case 'secrets':
      return <SetupScreen panel={screen.name} />
    case 'search':
      return <SearchScreen />
    case 'vault':
      return <VaultScreen />
    case 'settings':
      return <SettingsScreen />
  }
}

function DialogOf({ dialog }: { dialog: DialogName }) {
  switch (dialog.name) {
    case 'create-instance':
      return <CreateInstanceDialog like={dialog.like} profile={dialog.profile} />
    case 'edit-instance':
      return <EditInstanceDialog id={dialog.id} />
    case 'remove-instance':
      return <RemoveInstanceDialog id={dialog.id} />
    case 'decide-together':
      return <DecideTogetherDialog tool={dialog.tool} />
    case 'rename-conversation':
      return <RenameConversationDialog id={dialog.id} />
    case 'conversation-folder':
      return <ConversationFolderDialog id={dialog.id} />
    case 'hand-over':
      return <HandOverDialog id={dialog.id} />
    case 'delete-conversation':
      return <DeleteConversationDialog id={dialog.id} />
    case 'checkpoint':
      return <CheckpointDialog id={dialog.id} messageId={dialog.messageId} />
    case 'start-from':
      return <StartFromDialog id={dialog.id} messageId={dialog.messageId} />
    case 'rewind':
      return <RewindDialog id={dialog.id} messageId={dialog.messageId} />
    case 'undo-rewind':
      return <UndoRewindDialog id={dialog.id} rewindId={dialog.rewindId} />
    case 'forks':
      return <ForksDialog id={dialog.id} />
    case 'replaced':
      return <ReplacedDialog id={dialog.id} />
    case 'tag-conversations':
      return <TagDialog ids={dialog.ids} />
    case 'delete-conversations':
      return <DeleteManyDialog ids={dialog.ids} trashed={dialog.trashed} />
    case 'clean-up':
      return <CleanUpDialog />
    case 'clean-up-vault':
      return <VaultCleanUpDialog />
    case 'empty-trash':
      return <EmptyTrashDialog />
    case 'export':
      return <ExportDialog ids={dialog.ids} />
    case 'import':
      return <ImportDialog />
    case 'save-as-prompt':
      return <PromptDialog id={dialog.id} />
    case 'prompts':
      return <PromptsDialog />
    case 'edit-prompt':
      return <EditPromptDialog id={dialog.id} text={dialog.text} />
    case 'fill-prompt':
      return <FillPromptDialog id={dialog.id} />
    case 'sign-in':
      return <SignInDialog />
    case 'allow-everything':
      return <AllowEverythingDialog id={dialog.id} />
    case 'context':
      return <ContextDialog id={dialog.id} />
    case 'plan-usage':
      return <PlanUsageDialog instanceId={dialog.instanceId} />
    case 'mcp-servers':
      return <McpDialog instanceId={dialog.instanceId} />
    case 'server':
      return <ServerDialog id={dialog.id} />
    case 'remove-server':
      return <RemoveServerDialog id={dialog.id} />
    case 'profile':
      return <ProfileDialog id={dialog.id} like={dialog.like} />
    case 'remove-profile':
      return <RemoveProfileDialog id={dialog.id} />
    case 'save-profile':
      return <SaveProfileDialog instanceId={dialog.instanceId} />
    case 'import-profiles':
      return <ImportProfilesDialog />
    case 'profile-changes':
      return <ProfileChangesDialog instanceId={dialog.instanceId} />
    case 'secret':
      return <SecretDialog secret={dialog.secret} />
    case 'remove-secret':
      return <RemoveSecretDialog secret={dialog.secret} />
    case 'take-secret':
      return <TakeSecretDialog instanceId={dialog.instanceId} place={dialog.place} />
    case 'new-rule':
      return <NewRuleDialog />
    case 'commit':
      return <CommitDialog id={dialog.id} />
    case 'send-comments':
      return <SendCommentsDialog id={dialog.id} />
    case 'take-back':
      return <TakeBackDialog id={dialog.id} files={dialog.files} />
    case 'merge-worktree':
      return <MergeWorktreeDialog id={dialog.id} />
    case 'pull-request':
      return <PullRequestDialog id={dialog.id} />
    case 'remove-worktree':
      return <RemoveWorktreeDialog id={dialog.id} />
    case 'trigger':
    case 'remove-trigger':
    case 'renew-secret':
      return <TriggersDialog dialog={dialog} />
    case 'topic':
    case 'remove-topic':
    case 'post-message':
    case 'clear-topic':
    case 'worker':
    case 'remove-worker':
      return <TopicsDialog dialog={dialog} />
    case 'cancel-run':
      return <CancelRunDialog id={dialog.id} />
    case 'skip-step':
      return <SkipStepDialog runId={dialog.runId} stepId={dialog.stepId} />
    case 'finish-step':
      return <FinishStepDialog runId={dialog.runId} stepId={dialog.stepId} />
    case 'edit-step':
      return <EditStepDialog runId={dialog.runId} stepId={dialog.stepId} />
    case 'shortcuts':
      return <ShortcutsDialog />
  }
}

/** The address belongs to screens, so it stays as it is. */
function skip(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('screen')?.focus()
}

function Refused() {
  return (
    <main className="refused">
      <h1>This address is no longer valid</h1>
      <p>Open the address that Bullpen printed in the terminal. This browser then stays signed in.</p>
    </main>
  )
}
