/** A path as a programmer writes it, `timeline.tracks[0].clips[2]`, its names short enough to be shown. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${shorten(String(part))}`))
    .join('');
}

/** A value short enough to be shown again. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length <= 100 ? value : `${value.slice(0, 99).toWellFormed()}…`;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}
