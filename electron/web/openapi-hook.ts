import type { Json } from './openapi-shape.ts'

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
})
const fired: Json = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Fired' } } } }

/** `POST /hooks/{id}`, which is in no contract: its body is signed as it comes, and whoever calls it bears no token. */
export const hookCall: Json = {
  post: {
    operationId: 'triggers.hook',
    summary: 'Fire a trigger of the kind “hook”',
    description:
      'Signed as Standard Webhooks says, with the secret of the trigger; no token. The same webhook-id again starts nothing more. ' +
      'A body that its filter does not let through is answered too, as skipped.',
    tags: ['triggers'],
    security: [],
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      header('webhook-id', 'The caller’s own word for this call.'),
      header('webhook-timestamp', 'Seconds since 1970, no more than five minutes ago.'),
      header('webhook-signature', '“v1,” and, in base64, the HMAC-SHA-256 of “webhook-id.webhook-timestamp.body”.'),
    ],
    requestBody: { content: { 'application/json': { schema: {} } } },
    responses: {
      200: { description: 'A repetition, or nothing that is waited for.', ...fired },
      202: { description: 'A run begins, now or when the one before it is over.', ...fired },
      default: { $ref: '#/components/responses/Error' },
    },
  },
}
