import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import '../ui/page.css'

/** Keeps the rest of the window alive when a screen cannot be drawn, and says what to do. */
export class ScreenBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <main className="page">
        <div className="page-empty">
          <h1>Something went wrong</h1>
          <p>Nothing is lost. Try again, or open another screen. Details: {error.message}</p>
          <Button onClick={() => this.setState({ error: null })}>Try again</Button>
        </div>
      </main>
    )
  }
}
