import { expect, test } from 'vitest'
import { checkRecipe } from './recipe-check.ts'
import { recipesOfOurs } from './recipes-of-ours.ts'
import { Template } from './templates.ts'

const checked = recipesOfOurs.map(({ name, text }) => ({ name, ...checkRecipe(text, { recipes: [] }) }))

test('all recipes of ours can be run, and are called what they are listed as', () => {
  expect(checked.flatMap(({ name, faults }) => faults.map(({ line, message }) => `${name} ${line}: ${message}`))).toEqual([])
  expect(checked.map(({ recipe }) => recipe?.recipe)).toEqual(recipesOfOurs.map(({ name }) => name))
})

test('each has a short form: a title, a description, and a label for all that is asked', () => {
  for (const { recipe } of checked) {
    expect([recipe?.title, recipe?.description]).not.toContain(undefined)
    const inputs = Object.values(recipe?.inputs ?? {})
    expect(inputs.length).toBeLessThanOrEqual(5)
    expect(inputs.every((input) => input?.label !== undefined && input.type !== undefined)).toBe(true)
  }
})

test('a list that is given stays a list, and what failed among many leaves its place empty', () => {
  const board = checked.find(({ name }) => name === 'review-board')?.recipe
  expect(new Template(String(board?.steps[0]?.each)).value({ inputs: { sides: ['a', 'b'] } })).toEqual(['a', 'b'])
  const asked = new Template(board?.steps[2]?.ask ?? '')
  const steps = { review: { texts: ['good', null] }, verdict: { output: { decision: null, reason: 'A tie.' } } }
  expect(asked.text({ steps })).toContain('The vote: undecided. A tie.\n\ngood\n\n---\n\n')
})
