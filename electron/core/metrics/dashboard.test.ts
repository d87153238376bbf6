import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { PrometheusText } from './prometheus.ts'

const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
})

test('the Grafana dashboard asks for nothing that Bullpen does not tell', async () => {
  const file = path.resolve(import.meta.dirname, '../../../docs/grafana-dashboard.json')
  const { panels } = dashboardSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const text = await new PrometheusText({ version: '1', look: () => ({ queued: 0, spares: 0, instances: [] }) }).text()
  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
  const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/bullpen_[a-z_]+/g) ?? []))
  expect(asked.length).toBeGreaterThan(20)
  for (const name of asked) expect(told).toContain(name.replace(/_(?:bucket|sum|count)$/, ''))
})
