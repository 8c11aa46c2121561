import type * as z from 'zod';
import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { formatPath, shorten } from '../base/text.ts';
import { objectsIn } from './clips.ts';
import { type Path, valueAt } from './path.ts';
import { placeholderIn } from './placeholders.ts';
import type { PreparedDefinition } from './prepared-definition.ts';
import { findSchemaIssues } from './schema-issues.ts';

/** Defaults of merge fields that do not fit where they are put in. */
export function unfitDefaults(schema: z.ZodType, { given, filled }: PreparedDefinition): Issue[] {
  if (filled === given) return [];
  return findSchemaIssues(schema, filled).findings.flatMap(({ kind, path, issue }) => {
    // A key that is unknown is so whatever its value.
    if (kind === 'unknown key') return [];
    const field = fieldAt(given, path);
    return field === null ? [] : [moved(issue, given, field, formatPath(path))];
  });
}

/** Moves an issue to the default that was put in at its path; returns any other issue as it is. */
export function atDefault(issue: Issue, given: JsonObject): Issue {
  if (given.merge === undefined) return issue;
  const path = (issue.path.match(/[^.[\]]+/g) ?? []).map(part => (/^\d+$/.test(part) ? Number(part) : part));
  const field = fieldAt(given, path);
  return field === null ? issue : moved(issue, given, field, issue.path);
}

/** The name of the merge field at a path or at one of its parents; null if there is none. */
function fieldAt(given: JsonObject, path: Path): string | null {
  for (let length = path.length; length > 0; length--) {
    const value = valueAt(given, path.slice(0, length));
    if (typeof value === 'string') return placeholderIn(value) ?? null;
    if (value !== undefined) return null;
  }
  return null;
}

function moved(issue: Issue, given: JsonObject, field: string, at: string): Issue {
  const entry = objectsIn(given.merge).find(({ item }) => item.find === field);
  if (!entry) return issue;
  return {
    ...issue,
    path: `merge[${entry.index}].replace`,
    message: `This default is put in at ${at}. ${issue.message}`,
    received: shorten(entry.item.replace),
  };
}
