import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import server from '../../server.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';

const FILE = new URL('../../server.json', import.meta.url);
/** The schema that server.json names, as a file; the MCP Registry publishes it. */
const SCHEMA = process.env.MCP_SERVER_SCHEMA;

const expected = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: about.mcpName,
  title: 'Shotstack Templates',
  description: about.description,
  version: about.version,
  packages: [
    {
      registryType: 'npm',
      identifier: about.name,
      version: about.version,
      runtimeHint: 'npx',
      transport: { type: 'stdio' },
      environmentVariables: Object.entries(SETTINGS).map(([name, { fallback, meaning, secret = false }]) => ({
        name,
        description: meaning,
        isRequired: false,
        isSecret: secret,
        ...(fallback === null ? {} : { default: fallback }),
      })),
    },
  ],
};

it('server.json says what package.json and the settings say', async () => {
  await expect(`${JSON.stringify(expected, null, 2)}\n`).toMatchFileSnapshot(FILE.pathname);
});

it('hides the key and the passwords of the database and the proxy, and nothing else', () => {
  const secrets = expected.packages[0]?.environmentVariables.filter(({ isSecret }) => isSecret);
  expect(secrets?.map(({ name }) => name)).toEqual([
    'SKILLBOSS_WHOLESALE_KEY',
    'SHOTSTACK_MCP_DATABASE_URL',
    'HTTPS_PROXY',
  ]);
});

it('keeps the limits that the registry sets', () => {
  // One slash, and before it a domain that is owned, from its end: io.github.OWNER for a GitHub account.
  expect(server.name).toMatch(/^[a-z0-9-]+(\.[a-zA-Z0-9-]+)+\/[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/);
  expect(server.name.length).toBeLessThanOrEqual(200);
  expect(server.title.length).toBeLessThanOrEqual(100);
  expect(server.description.length).toBeLessThanOrEqual(100);
  expect(server.version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

it.skipIf(SCHEMA === undefined)('satisfies the published schema, which MCP_SERVER_SCHEMA names', () => {
  const schema = JSON.parse(readFileSync(SCHEMA ?? '', 'utf8'));
  expect(schema.$id).toBe(server.$schema);
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  const check = ajv.compile(schema);
  check(server);
  expect(check.errors).toBeNull();
});
