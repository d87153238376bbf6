import { startDemoModel } from '../../electron/demo/demo-model.ts'

const { url } = await startDemoModel()
process.send?.({ url })
// It lives as long as the one who asked for it.
process.once('disconnect', () => process.exit())
