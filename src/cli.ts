#!/usr/bin/env node
// Loads nothing that an old Node could fail to parse before it has said what is wrong.
const OLDEST = [20, 18, 1];

const version = process.versions.node.split('.').map(Number);
const difference = OLDEST.map((part, i) => (version[i] ?? 0) - part).find(part => part !== 0) ?? 0;
if (difference < 0) {
  process.stderr.write(
    `shotstack-template-mcp needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
