/** An issue as a reply tells it. */
export interface Correction {
  path: string;
  message: string;
  allowed?: unknown[];
  suggestion?: unknown;
}

type Holder = Record<string, unknown>;

/**
 * Arguments corrected as issues say, without understanding any of them: the suggestion, or else the first value that is
 * allowed, is put where the path leads; a name that is not known is replaced by the one suggested, or dropped.
 *
 * @returns null when an issue does not say what to put there
 */
export function applyIssues(args: Record<string, unknown>, issues: readonly Correction[]): Holder | null {
  const corrected = structuredClone(args);
  const done = issues.map(issue => applyIssue(corrected, issue));
  return done.length > 0 && done.every(Boolean) ? corrected : null;
}

function applyIssue(args: Holder, { path, message, allowed, suggestion }: Correction): boolean {
  const place = findPlace(args, path.match(/[^.[\]]+/g) ?? []);
  if (place === null) return false;
  const { holder, key } = place;
  if (/^There is no such (argument|key)/.test(message)) {
    if (typeof suggestion === 'string' && !Object.hasOwn(holder, suggestion)) holder[suggestion] = holder[key];
    return Reflect.deleteProperty(holder, key);
  }
  const value = suggestion ?? allowed?.[0];
  if (value === undefined) return false;
  holder[key] = value;
  return true;
}

/** Where a path leads: paths are those of the arguments, or of the definition inside `template`. */
function findPlace(args: Holder, parts: string[]): { holder: Holder; key: string } | null {
  const key = parts.at(-1);
  if (key === undefined) return null;
  for (const start of rootsOf(args)) {
    const holder = parts
      .slice(0, -1)
      .reduce<unknown>((value, part) => (isHolder(value) ? Reflect.get(value, part) : undefined), start);
    if (isHolder(holder) && (start !== args || parts.length > 1 || !isHolder(args.template) || key in args))
      return { holder, key };
  }
  return null;
}

function rootsOf(args: Holder): Holder[] {
  const roots = [args];
  for (let inner = args.template; isHolder(inner); inner = inner.template ?? inner.response) roots.push(inner);
  return roots.toReversed();
}

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;
