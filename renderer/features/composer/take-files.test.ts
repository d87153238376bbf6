import { expect, test } from 'vitest'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import { maxFiles, maxImageBytes, maxPdfBytes, takeFiles } from './take-files.ts'

function file(name: string, type: string, content: string | Uint8Array<ArrayBuffer> = 'abc'): File {
  return new File([content], name, { type })
}

const image = (): DraftPart => ({ type: 'image', id: crypto.randomUUID(), name: 'x.png', mediaType: 'image/png', data: 'AAAA' })

test('images, PDFs and texts are read, whatever their names say', async () => {
  const pdf = '%PDF-1.7 abc'
  const { parts, problems } = await takeFiles(
    [file('a.png', 'image/png', new Uint8Array(3)), file('b.bin', '', pdf), file('c.rs', 'application/octet-stream', 'fn main() {} // ü')],
    [],
  )
  expect(problems).toEqual([])
  expect(parts).toMatchObject([
    { type: 'image', mediaType: 'image/png', data: 'AAAA', name: 'a.png' },
    { type: 'document', mediaType: 'application/pdf', data: btoa(pdf), name: 'b.bin' },
    { type: 'document', mediaType: 'text/plain', data: 'fn main() {} // ü', name: 'c.rs' },
  ])
})

test('what is neither goes by its path where that is known, else it is told why not', async () => {
  const binary = file('data.xlsx', '', new Uint8Array([0x50, 0x4b, 0, 0xff]))
  expect(await takeFiles([binary], [], () => '/home/ada/data.xlsx')).toEqual({ parts: [], paths: ['/home/ada/data.xlsx'], problems: [] })
  expect((await takeFiles([binary], [])).problems).toEqual([
    'data.xlsx is not text, a PDF or an image. Put it in the folder and mention its path.',
  ])
})

test('what is too large or empty is told', async () => {
  const { parts, problems } = await takeFiles(
    [
      file('c.jpg', 'image/jpeg', new Uint8Array(maxImageBytes + 1)),
      file('huge.pdf', '', `%PDF-${'x'.repeat(maxPdfBytes)}`),
      file('long.txt', '', 'x'.repeat(1_000_001)),
      file('empty.txt', '', ''),
    ],
    [],
  )
  expect(parts).toEqual([])
  expect(problems).toEqual([
    'c.jpg is 5 MB; the limit for images is 5 MB. Make it smaller first.',
    'huge.pdf is 20 MB; the limit for PDFs is 20 MB. Split it, or mention its path.',
    'long.txt is too large (the limit for text is a million characters). Put it in the folder and mention its path.',
    'empty.txt is empty.',
  ])
})

test('a file that is gone meanwhile is told', async () => {
  class Gone extends File {
    override arrayBuffer(): Promise<ArrayBuffer> {
      return Promise.reject(new DOMException('gone', 'NotFoundError'))
    }
  }
  const { problems } = await takeFiles([new Gone(['x'], 'note.txt')], [])
  expect(problems).toEqual(['note.txt could not be read. Was it moved or deleted? Folders can’t be added.'])
})

test('there is a limit for one message, told once', async () => {
  const many = Array.from({ length: 19 }, image)
  const images = [file('a.png', 'image/png'), file('b.png', 'image/png'), file('c.png', 'image/png')]
  const taken = await takeFiles(images, many)
  expect(taken.parts).toHaveLength(1)
  expect(taken.problems).toHaveLength(1)
  const texts = Array.from({ length: maxFiles + 2 }, (_, n) => file(`${n}.txt`, 'text/plain', `text ${n}`))
  expect((await takeFiles(texts, [])).parts).toHaveLength(maxFiles)
})
