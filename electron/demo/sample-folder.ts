import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const files: Record<string, string> = {
  'README.md':
    '# Coffee\n\nA tiny shop for coffee beans. It exists so that you can try Bullpen on something.\n\nRun it with `node shop.js`.\n',
  'notes.md': '# Notes\n\n- Ask the roaster about the new beans\n- The price of decaf is wrong\n',
  'shop.js': `import { readFileSync } from 'node:fs'

const beans = JSON.parse(readFileSync(new URL('./beans.json', import.meta.url), 'utf8'))

for (const { name, grams, cents } of beans) {
  console.log(\`\${name.padEnd(12)} \${grams} g  \${(cents / 100).toFixed(2)}\`)
}
`,
  'beans.json': `${JSON.stringify(
    [
      { name: 'Yirgacheffe', grams: 250, cents: 1290 },
      { name: 'Huila', grams: 250, cents: 1140 },
      { name: 'Decaf', grams: 250, cents: 90 },
    ],
    null,
    2,
  )}\n`,
  'package.json': '{\n  "name": "coffee",\n  "private": true,\n  "type": "module"\n}\n',
}

/** A small project to try the app on, in `<root>/sample`. What is there already is left alone. Answers its path. */
export async function ensureSampleFolder(root: string): Promise<string> {
  const folder = join(root, 'sample')
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content, { flag: 'wx' }).catch((thrown: unknown) => {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
    })
  }
  return folder
}
