/** Lines for a shell that sign a body and send it. Without the secret there is a blank for it. */
export function curlExample(address: string, secret: string | null): string {
  return `secret='${secret ?? 'whsec_…'}'
body='{"hello":"world"}'
id="msg_$(date +%s)"; at=$(date +%s)
key=$(printf %s "\${secret#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \\n')
signature=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
curl ${address} -H 'content-type: application/json' \\
  -H "webhook-id: $id" -H "webhook-timestamp: $at" \\
  -H "webhook-signature: v1,$signature" -d "$body"`
}
