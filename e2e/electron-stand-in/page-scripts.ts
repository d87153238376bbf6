/** What runs in the page before its own scripts: the preload in a world of its own, and the bridge between the two worlds. */

/** In the page's world: builds what the preload exposes. Worlds share the document, so its events carry calls, as text. */
export const mainWorldScript = `(() => {
  if (window.top !== window) return
  const send = (name, detail) => document.dispatchEvent(new CustomEvent('stand-in:' + name, { detail: JSON.stringify(detail) }))
  const on = (name, take) => document.addEventListener('stand-in:' + name, (event) => take(JSON.parse(event.detail)))
  const functions = [], waiting = new Map()
  let lastCall = 0, answer
  on('answer', (detail) => { answer = detail })
  on('settle', ({ id, value }) => { waiting.get(id)?.(value); waiting.delete(id) })
  on('callback', ({ fn, args }) => functions[fn](...args))
  const call = (method, args) => {
    const id = ++lastCall
    send('call', { id, method, args: args.map((arg) => typeof arg === 'function' ? { fn: functions.push(arg) - 1 } : { value: arg }) })
    if (answer.promise) return new Promise((resolve) => waiting.set(id, resolve))
    return answer.fn === undefined ? answer.value : () => call(answer.fn, [])
  }
  on('expose', ({ name, methods }) => {
    if (window[name]) return
    window[name] = Object.fromEntries(methods.map((method) => [method, (...args) => call(method, args)]))
  })
  send('ready', {})
})()`

/** In the preload's world: what \`require('electron')\` answers there, and then the preload itself. */
export function preloadScript(preload: string): string {
  return `(() => {
  if (window.top !== window) return
  const send = (name, detail) => document.dispatchEvent(new CustomEvent('stand-in:' + name, { detail: JSON.stringify(detail) }))
  const on = (name, take) => document.addEventListener('stand-in:' + name, (event) => take(JSON.parse(event.detail)))
  const toNode = (message) => standIn(JSON.stringify(message))
  const listeners = new Map(), invokes = new Map(), ports = new Map(), exposed = {}, later = {}
  let lastInvoke = 0, lastLater = 0, shown
  const encode = (data) => typeof data === 'string' ? { text: data } : { base64: btoa(String.fromCharCode(...new Uint8Array(data.buffer ?? data))) }
  const decode = ({ text, base64 }) => text ?? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const portFor = (id) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = (event) => toNode({ kind: 'port', id, data: encode(event.data) })
    ports.set(id, channel.port1)
    return channel.port2
  }
  globalThis.standInTake = (message) => {
    if (message.kind === 'port' && message.data.closed) return ports.get(message.id)?.close()
    if (message.kind === 'port') return ports.get(message.id)?.postMessage(decode(message.data))
    if (message.kind === 'invoked') { invokes.get(message.id)?.(message.value); return invokes.delete(message.id) }
    const event = { ports: message.ports.map(portFor) }
    for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args)
  }
  const webUtils = { getPathForFile: () => '' };
  const ipcRenderer = {
    send: (channel, ...args) => toNode({ kind: 'send', channel, args }),
    invoke: (channel, ...args) => new Promise((resolve) => {
      const id = ++lastInvoke
      invokes.set(id, resolve)
      toNode({ kind: 'invoke', id, channel, args })
    }),
    on: (channel, listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    off: (channel, listener) => void listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)),
  }
  on('call', ({ id, method, args }) => {
    const given = args.map((arg) => arg.fn === undefined ? arg.value : (...values) => send('callback', { fn: arg.fn, args: values }))
    const value = (exposed[method] ?? later[method])(...given)
    if (typeof value === 'function') { const fn = 'later' + ++lastLater; later[fn] = value; return send('answer', { fn }) }
    send('answer', { promise: value instanceof Promise, value: value instanceof Promise ? undefined : value })
    if (value instanceof Promise) value.then((settled) => send('settle', { id, value: settled }))
  })
  const expose = () => shown && send('expose', shown)
  on('ready', expose)
  const contextBridge = { exposeInMainWorld: (name, api) => {
    Object.assign(exposed, api)
    shown = { name, methods: Object.keys(api) }
    expose()
  } }
  const module = { exports: {} }
  ;(function (require, module, exports) {${preload}
})((name) => ({ contextBridge, ipcRenderer, webUtils }), module, module.exports)
})()`
}
