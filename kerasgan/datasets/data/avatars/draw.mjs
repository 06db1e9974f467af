// Writes avatars of DiceBear's style avataaars as SVG, one JSON string a line, one for each seed.
// Called as: node draw.mjs '{"start": 0, "count": 8000, "prefix": "kg", "options": {}}'
import { once } from 'node:events'
import { createAvatar } from '@dicebear/core'
import * as avataaars from '@dicebear/avataaars'

const { start, count, prefix, options } = JSON.parse(process.argv[2])
for (let i = start; i < start + count; i++) {
  const svg = createAvatar(avataaars, { ...options, seed: `${prefix}${i}` }).toString()
  if (!process.stdout.write(`${JSON.stringify(svg)}\n`)) await once(process.stdout, 'drain')
}
