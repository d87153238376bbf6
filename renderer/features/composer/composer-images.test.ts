import { expect, test } from 'vitest'
import { maxImageBytes, takeImages } from './composer-images.ts'

function file(name: string, type: string, size = 3): File {
  return new File([new Uint8Array(size)], name, { type })
}

test('images are read, other files are told why not', async () => {
  const { images, problems } = await takeImages(
    [file('a.png', 'image/png'), file('b.pdf', 'application/pdf'), file('c.jpg', 'image/jpeg', maxImageBytes + 1)],
    0,
  )
  expect(images).toEqual([{ mediaType: 'image/png', data: 'AAAA', name: 'a.png', bytes: 3 }])
  expect(problems).toEqual([
    'b.pdf is not an image that Claude can see. Use PNG, JPEG, GIF or WebP.',
    'c.jpg has 5 MB; at most 5 MB can be sent. Make it smaller first.',
  ])
})

test('there is a limit for one message, told once', async () => {
  const { images, problems } = await takeImages([file('a.png', 'image/png'), file('b.png', 'image/png'), file('c.png', 'image/png')], 19)
  expect(images).toHaveLength(1)
  expect(problems).toHaveLength(1)
})

test('a large image is read whole', async () => {
  const { images } = await takeImages([file('a.webp', 'image/webp', 200_000)], 0)
  expect(atob(images[0]?.data ?? '')).toHaveLength(200_000)
})
