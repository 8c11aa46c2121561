import { describe, expect, it } from 'vitest';
import { findTool, INSTRUCTIONS, listTools, TOOLS } from '../../src/tools/tools.ts';

/** As much of a JSON Schema as these rules speak of. */
interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
}

const bytes = (text: string): number => Buffer.byteLength(text);
const listed = listTools();
const schemasOf = (tool: (typeof listed)[number]): Schema[] => [tool.inputSchema, tool.outputSchema];

describe('the catalogue', () => {
  it('has the tools of this version, each name once', () => {
    expect(TOOLS.map(tool => tool.name)).toEqual([
      'update_template',
      'get_status',
      'cancel_job',
      'list_jobs',
      'validate_template',
      'get_definition',
      'download_result',
    ]);
  });

  it('has instructions of under 2 KB that name every tool', () => {
    expect(bytes(INSTRUCTIONS)).toBeLessThan(2_048);
    for (const { name } of TOOLS) expect(INSTRUCTIONS).toContain(name);
  });

  it('has instructions that begin with what cannot be read and what can', () => {
    const [first = ''] = INSTRUCTIONS.split('\n');
    expect(first).toContain('Templates cannot be read through this gateway');
    expect(first).toContain('get_definition');
  });

  it.each(listed)('$name has a title and a description of under 2 KB', ({ title, description }) => {
    expect(title).not.toBe('');
    expect(bytes(description)).toBeGreaterThan(100);
    expect(bytes(description)).toBeLessThan(2_048);
  });

  it.each(listed)('$name sets all four hints', ({ annotations }) => {
    expect(Object.keys(annotations).sort()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ]);
    for (const hint of Object.values(annotations)) expect(typeof hint).toBe('boolean');
  });

  it.each(listed)('$name has objects without a union at the root of its schemas', tool => {
    for (const schema of schemasOf(tool)) {
      expect(schema.type).toBe('object');
      for (const union of ['anyOf', 'oneOf', 'allOf', '$ref', '$defs']) expect(schema).not.toHaveProperty(union);
    }
  });

  it.each(listed)('$name takes described arguments and no others', tool => {
    const input: Schema = tool.inputSchema;
    expect(input.additionalProperties).toBe(false);
    for (const [name, property] of Object.entries(input.properties ?? {})) {
      expect.soft(property.description ?? '', name).toMatch(/^.{15,}$/);
    }
  });

  it.each(listed)('$name promises a loose reply in which only ok, summary and next are certain', tool => {
    const output: Schema = tool.outputSchema;
    expect(output.required).toEqual(['ok', 'summary', 'next']);
    expect(output.additionalProperties).toBeUndefined();
  });

  it.each(listed)('$name is listed as it was when it was last agreed on', async tool => {
    await expect(`${JSON.stringify(tool, null, 2)}\n`).toMatchFileSnapshot(`../snapshots/${tool.name}.json`);
  });
});

describe('findTool', () => {
  it.each([
    ['mcp__shotstack__get_status', 'get_status'],
    ['shotstack-template-mcp.update_template', 'update_template'],
    ['shotstack:validate_template', 'validate_template'],
    ['cancel_job_2', 'cancel_job'],
    ['getStatus', 'get_status'],
    ['get-definition', 'get_definition'],
    ['mcp__shotstack-template-mcp__getStatus', 'get_status'],
    ['list_job', 'list_jobs'],
    ['render', null],
    ['', null],
  ])('refuses %j and names %j', (name, meant) => {
    expect(findTool(name)).toEqual({ meant });
  });

  it.each(TOOLS)('finds $name', tool => {
    expect(findTool(tool.name)).toBe(tool);
  });
});
