// Prints the check's verdict on every JSON file in a folder: npm run corpus -- DIR
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateDefinition } from '../src/definition/validate.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder: npm run corpus -- DIR');

const rows = readdirSync(folder)
  .filter(name => name.endsWith('.json'))
  .map(name => ({ name, ...validateDefinition(JSON.parse(readFileSync(join(folder, name), 'utf8')), null) }));
for (const { name, valid, issues, warnings, stats } of rows) {
  console.log(`${valid ? 'valid  ' : 'INVALID'} ${name}  (${stats.clips} clips, ${stats.duration_seconds ?? '?'} s)`);
  for (const issue of issues) console.log(`  error    ${issue.path}: ${issue.message}`);
  for (const issue of warnings)
    console.log(`  warning  ${issue.path}: ${issue.message} [${JSON.stringify(issue.received)}]`);
}
const count = (of: (row: (typeof rows)[number]) => boolean): number => rows.filter(of).length;
console.log(
  `${rows.length} definitions: ${count(row => row.valid)} valid, ${count(row => row.warnings.length > 0)} with warnings`,
);
