import { serve } from '../threads/serve.ts'
import { checkRecipe } from './recipe-check.ts'
import { taskRecipe } from './task-recipe.ts'
import { TemplateReadings } from './template-readings.ts'
import { recipesProtocol } from './worker-protocol.ts'

/** The thread that checks recipes: one of thousands of steps must not hold up anything else. */
const readings = new TemplateReadings()

serve(recipesProtocol, {
  calls: {
    check: ({ text, recipes }) => checkRecipe(text, { recipes }, readings),
    fromMarkdown: ({ markdown }) => taskRecipe(markdown),
  },
})
