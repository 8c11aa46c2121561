import type { Issue } from '../../base/failure.ts';
import { shorten } from '../../base/text.ts';
import { type PlacedClip, stringOrEmpty } from '../clips.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Where an alias may be named. */
const USES = ['start', 'length', 'src'] as const;

export const aliases: Rule = {
  name: 'aliases',
  finds: 'an alias given twice, one that no clip has, a clip that refers to itself, and circles',
  source: `${AGENT_CORE}, "Smart clip strings"; shotstack/oas-api-definition, schemas/clip.yaml, "alias": a unique identifier`,
  find({ clips }) {
    const named = clips.filter(({ clip }) => stringOrEmpty(clip.alias) !== '');
    if (named.some(({ clip }) => hasPlaceholder(stringOrEmpty(clip.alias)))) return [];
    const first = new Map<string, PlacedClip>();
    const twice: Issue[] = [];
    for (const placed of named) {
      const alias = stringOrEmpty(placed.clip.alias);
      const other = first.get(alias);
      if (!other) first.set(alias, placed);
      else {
        const message = `${other.path} has this alias as well; it names one clip.`;
        twice.push({ path: `${placed.path}.alias`, message, received: shorten(alias) });
      }
    }
    return [...twice, ...clips.flatMap(placed => USES.flatMap(use => judge(placed, use, first)))];
  },
};

function judge(placed: PlacedClip, use: (typeof USES)[number], named: ReadonlyMap<string, PlacedClip>): Issue[] {
  const alias = aliasIn(placed, use);
  if (alias === null) return [];
  const path = `${placed.path}.${use === 'src' ? 'asset.src' : use}`;
  const received = `alias://${alias}`;
  const target = named.get(alias);
  if (!target) {
    const known = [...named.keys()].map(name => `alias://${name}`).slice(0, 20);
    const message = 'No clip has this alias: set it as alias of the clip that is meant.';
    return [{ path, message, received, allowed: known.length > 0 ? known : undefined }];
  }
  if (target === placed) return [{ path, message: 'This is the clip’s own alias; name another clip.', received }];
  if (use === 'src' || !leadsTo(target, use, placed, named)) return [];
  return [{ path, message: `A circle: ${target.path} takes its ${use} from this clip in turn.`, received }];
}

/** Whether the alias of one clip leads, from clip to clip, to another. */
function leadsTo(
  from: PlacedClip,
  use: 'start' | 'length',
  to: PlacedClip,
  named: ReadonlyMap<string, PlacedClip>,
): boolean {
  const seen = new Set<PlacedClip>();
  let at: PlacedClip | undefined = from;
  while (at && !seen.has(at)) {
    if (at === to) return true;
    seen.add(at);
    at = named.get(aliasIn(at, use) ?? '');
  }
  return false;
}

function aliasIn({ clip, asset }: PlacedClip, use: (typeof USES)[number]): string | null {
  const text = stringOrEmpty(use === 'src' ? asset.src : clip[use]);
  return text.startsWith('alias://') && !hasPlaceholder(text) ? text.slice('alias://'.length) : null;
}
