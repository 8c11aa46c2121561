import type * as z from 'zod';
import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { formatPath, shorten } from '../base/text.ts';
import { objectsIn } from './clips.ts';
import { type Path, valueAt } from './meaning/suggestion.ts';
import { placeholderIn } from './placeholders.ts';
import { findSchemaIssues } from './schema-issues.ts';
import type { Subject } from './subject.ts';

/** Defaults of merge fields that do not fit where they are put in. */
export function unfitDefaults(schema: z.ZodType, { given, edit }: Subject): Issue[] {
  if (edit === given) return [];
  return findSchemaIssues(schema, edit).findings.flatMap(({ path, issue }) => {
    const field = fieldAt(given, path);
    return field === null ? [] : [moved(issue, given, field, formatPath(path))];
  });
}

/** An issue as it concerns the default that stands at its path, where one was put in there. */
export function atDefault(issue: Issue, given: JsonObject): Issue {
  if (given.merge === undefined) return issue;
  const path = (issue.path.match(/[^.[\]]+/g) ?? []).map(part => (/^\d+$/.test(part) ? Number(part) : part));
  const field = fieldAt(given, path);
  return field === null ? issue : moved(issue, given, field, issue.path);
}

/** The merge field that stands at a path, or at the path of what holds it. */
function fieldAt(given: JsonObject, path: Path): string | null {
  for (let length = path.length; length > 0; length--) {
    const value = valueAt(given, path.slice(0, length));
    if (typeof value === 'string') return placeholderIn(value) ?? null;
    if (value !== undefined) return null;
  }
  return null;
}

function moved(issue: Issue, given: JsonObject, field: string, at: string): Issue {
  const entry = objectsIn(given.merge).find(({ item }) => isObject(item) && item.find === field);
  if (!entry) return issue;
  return {
    ...issue,
    path: `merge[${entry.index}].replace`,
    message: `As the default of {{ ${field} }} at ${at}: ${issue.message}`,
    received: shorten(entry.item.replace),
  };
}
