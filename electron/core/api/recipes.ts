import { api } from './context.ts'

/** Recipes: contract call to core call. */
export const recipes = {
  list: api.recipes.list.handler(async ({ context, input }) => ({
    items: await context.core.recipes.list(input.folder),
    nextCursor: null,
  })),
  create: api.recipes.create.handler(({ context, input: { folder, ...draft } }) => context.core.recipes.create(draft, folder)),
  get: api.recipes.get.handler(({ context, input }) => context.core.recipes.read(input.name, input.folder)),
  update: api.recipes.update.handler(({ context, input: { name, folder, ...draft } }) => context.core.recipes.save(name, draft, folder)),
  remove: api.recipes.remove.handler(async ({ context, input: { name, folder, ...how } }) => {
    await context.core.recipes.remove(name, how, folder)
    return { removed: true as const }
  }),
  check: api.recipes.check.handler(({ context, input }) => context.core.recipes.check(input.text, input.folder)),
  fromMarkdown: api.recipes.fromMarkdown.handler(({ context, input }) => context.core.recipes.fromMarkdown(input.markdown)),
}
