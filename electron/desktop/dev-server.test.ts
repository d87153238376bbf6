import { expect, test } from 'vitest'
import { devServerAddress } from './dev-server.ts'

test('a page under development is shown only when the development command asks for one on this machine', () => {
  const address = 'http://localhost:5173/'
  expect(devServerAddress({ BULLPEN_DEV: '1', ELECTRON_RENDERER_URL: address })).toBe(address)
  expect(devServerAddress({ BULLPEN_DEV: '1', ELECTRON_RENDERER_URL: 'http://127.0.0.1:5173' })).toBe('http://127.0.0.1:5173')
  expect(devServerAddress({ ELECTRON_RENDERER_URL: address })).toBeNull()
  expect(devServerAddress({ BULLPEN_DEV: '1' })).toBeNull()
  for (const foreign of [
    'http://evil.example/',
    'https://localhost.evil.example/',
    'file:///tmp/x.html',
    'http://localhost@evil.example',
    'x',
  ]) {
    expect(devServerAddress({ BULLPEN_DEV: '1', ELECTRON_RENDERER_URL: foreign })).toBeNull()
  }
})
