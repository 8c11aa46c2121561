/** The most levels of a definition. */
export const DEEPEST = 100;

/** Whether a JSON value is nested deeper than any definition needs, and than it can safely be walked. */
export function isTooDeep(value: unknown, deepest = DEEPEST): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap(part => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return false;
}
