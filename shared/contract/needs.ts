import { pageOf } from '../domain/common.ts'
import { needSchema } from '../domain/need.ts'
import { call } from './base.ts'

/** All that waits for a person, whichever part of the app asks. */
export const needs = {
  list: call
    .route({
      method: 'GET',
      path: '/needs',
      summary: 'List what waits for you, oldest first: approvals, and gates, cut-off steps and events of runs',
    })
    .output(pageOf(needSchema)),
}
