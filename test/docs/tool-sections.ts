import * as z from 'zod';
import type { Tool } from '../../src/tools/tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';

/** A part of a JSON schema, as far as it is shown. */
interface Part {
  type?: string;
  description?: string;
  enum?: unknown[];
  items?: Part;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** The reference's sections, one a tool: what it is annotated as, and a table of its arguments. */
export const toolSections = (): string => TOOLS.map(toolSection).join('\n\n');

function toolSection({ name, title, annotations, input }: Tool): string {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const required = schema.required ?? [];
  const rows = Object.entries(schema.properties ?? {}).map(([argument, value]) => {
    const part = value as Part;
    const notes = [
      ...(required.includes(argument) ? ['required'] : []),
      ...(part.default === undefined ? [] : [`default ${JSON.stringify(part.default)}`]),
    ];
    return `| \`${argument}\` | ${[typeOf(part), ...notes].join('; ')} | ${part.description ?? ''} |`;
  });
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  const hints = [
    readOnlyHint ? 'read-only' : destructiveHint ? 'destructive' : 'not destructive',
    idempotentHint ? 'idempotent' : 'not idempotent',
    openWorldHint ? 'open world' : 'closed world',
  ];
  return [
    `### \`${name}\``,
    `${title}. Annotations: ${hints.join(', ')}.`,
    ['| argument | type | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function typeOf({ type = 'any', enum: words, items, minimum, maximum }: Part): string {
  if (words) return words.map(word => `\`${word}\``).join(' ');
  if (items) return `list of ${typeOf(items)}`;
  const bounds = [minimum, maximum].filter(bound => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER);
  if (bounds.length === 2) return `${type} ${bounds.join('–')}`;
  return bounds.length === 1 ? `${type} from ${bounds[0]}` : type;
}
