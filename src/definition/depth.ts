const DEEPEST = 100;

/** Whether a JSON value is nested deeper than any definition needs, and than it can safely be walked. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(part => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return false;
}
