import { useEffect, useState, type ComponentType } from 'react'

type RecipeComponent = ComponentType<{ name: string | null }>
let screen: RecipeComponent | null = null

/** The editor of a recipe, whose code is fetched when it is shown for the first time. */
export function LateRecipe({ name }: { name: string | null }) {
  const [Screen, setScreen] = useState<RecipeComponent | null>(() => screen)
  const [problem, setProblem] = useState<Error | null>(null)
  useEffect(() => {
    if (Screen) return
    fetchRecipe().then(
      (fetched) => setScreen(() => fetched),
      () => setProblem(new Error('The editor couldn’t be loaded. Check that Bullpen is still running.')),
    )
  }, [Screen])
  // The boundary around the screen says so, and offers to try again.
  if (problem) throw problem
  return Screen ? <Screen name={name} /> : <main className="page" aria-busy="true" />
}

async function fetchRecipe(): Promise<RecipeComponent> {
  const { RecipeScreen } = await import('../features/recipes/recipe-screen.tsx')
  screen = RecipeScreen
  return RecipeScreen
}
