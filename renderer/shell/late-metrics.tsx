import { useEffect, useState, type ComponentType } from 'react'

let screen: ComponentType | null = null

/**
 * The Metrics screen, whose code is fetched apart. Once that is here it is drawn at once; React's own `lazy` would show the empty
 * screen for 300 ms even then.
 */
export function LateMetrics() {
  const [Screen, setScreen] = useState<ComponentType | null>(() => screen)
  const [problem, setProblem] = useState<Error | null>(null)
  useEffect(() => {
    if (Screen) return
    fetchMetrics().then(
      (fetched) => setScreen(() => fetched),
      () => setProblem(new Error('The charts couldn’t be loaded. Check that Bullpen is still running.')),
    )
  }, [Screen])
  // The boundary around the screen says so, and offers to try again.
  if (problem) throw problem
  return Screen ? <Screen /> : <main className="page" aria-busy="true" />
}

/** The code of the charts, and since when there are figures, come when the page has nothing else to do. */
export function useMetricsWhenIdle(): void {
  useEffect(() => {
    // What fails now is tried again when somebody looks at the charts.
    const request = requestIdleCallback(() => void fetchMetrics().catch(() => undefined), { timeout: 5_000 })
    return () => cancelIdleCallback(request)
  }, [])
}

async function fetchMetrics(): Promise<ComponentType> {
  const { MetricsScreen, learnOldest } = await import('../features/metrics/metrics-screen.tsx')
  if (screen === null) void learnOldest()
  screen = MetricsScreen
  return MetricsScreen
}
