import { settingsPatchSchema, settingsSchema } from '../domain/settings.ts'
import { call } from './base.ts'

/** What the user sets once for the whole app. */
export const settings = {
  get: call.route({ method: 'GET', path: '/settings', summary: 'Read the settings' }).output(settingsSchema),
  update: call.route({ method: 'PATCH', path: '/settings', summary: 'Change settings' }).input(settingsPatchSchema).output(settingsSchema),
}
