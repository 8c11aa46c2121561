import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';

describe('the table of hosts', () => {
  it.each(HOSTS)(
    'has for $name a source of its facts and the day on which they were checked',
    ({ sources, checked }) => {
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) expect(new URL(source).protocol).toBe('https:');
      expect(new Date(checked).toISOString().slice(0, 10)).toBe(checked);
    },
  );

  it('has names in kebab-case that are each used once', () => {
    const ids = HOSTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it.each(HOSTS)('has for $name paths that a computer can resolve', host => {
    const paths = PLATFORMS.flatMap(platform => [host.file[platform], host.former?.file[platform] ?? null]);
    for (const path of paths) if (path !== null) expect(path).toMatch(/^(~\/|%(LOCAL)?APPDATA%\\)/);
  });
});
