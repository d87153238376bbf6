import type { Health } from '../../../shared/domain/health.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../markdown/copy-button.tsx'
import { plural } from '../../words/figures.ts'
import { claudeWords } from '../../words/health-words.ts'

/** What runs here, and where its data is. */
export function About({ health }: { health: Health }) {
  const { version, claude, dataFolder, shell, platform, reaped, startedAt } = health
  const facts: [string, string, string?][] = [
    ['Bullpen', `${version}, ${shell === 'desktop' ? 'desktop window' : 'in the browser'}, on ${platform.os}`],
    ['Claude Code', claudeWords(claude), claude.path ?? undefined],
    ['Data', 'Instances, conversations and these settings', dataFolder],
    ['Started', new Date(startedAt).toLocaleString()],
    ...(reaped > 0 ? [['Cleaned up', `${plural(reaped, 'process', 'processes')} of the last run`] satisfies [string, string]] : []),
  ]
  return (
    <section className="settings-group about">
      <h2>About</h2>
      <dl>
        {facts.map(([name, words, path]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {words}
              {path !== undefined && (
                <span className="about-path">
                  <code>{path}</code>
                  <CopyButton text={path} label={`Copy the path of ${name === 'Data' ? 'the data folder' : name}`} />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <Button small onClick={() => ui.openDialog({ name: 'shortcuts' })}>
        Keyboard shortcuts
      </Button>
    </section>
  )
}
