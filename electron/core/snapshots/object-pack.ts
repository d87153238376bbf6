import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, deflate } from 'node:zlib'
import type { StoreObject } from './tree-object.ts'

const packed = promisify(deflate)
const typeNumbers = { tree: 2, blob: 3 } as const

/** Objects in the form in which git takes many at once (gitformat-pack(5)). */
export async function packOf(objects: readonly StoreObject[]): Promise<Buffer> {
  const head = Buffer.alloc(12)
  head.write('PACK', 'latin1')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(objects.length, 8)
  // It goes through a pipe, and git packs it anew.
  const bodies = await Promise.all(objects.map(({ bytes }) => packed(bytes, { level: constants.Z_BEST_SPEED })))
  const parts = [head, ...objects.flatMap((object, index) => [headOf(object), bodies[index] ?? Buffer.alloc(0)])]
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return Buffer.concat([...parts, hash.digest()])
}

/** Type and length: four bits of it, then seven in each byte; all but the last have their highest bit set. */
function headOf({ type, bytes }: StoreObject): Buffer {
  const head: number[] = []
  let byte = (typeNumbers[type] << 4) | (bytes.length & 0x0f)
  for (let rest = bytes.length >>> 4; rest > 0; rest >>>= 7) {
    head.push(byte | 0x80)
    byte = rest & 0x7f
  }
  return Buffer.from([...head, byte])
}
