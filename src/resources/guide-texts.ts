import { didYouMean } from '../base/did-you-mean.ts';
import { describePart, listParts, partNames } from '../definition/parts.ts';
import { PROBLEMS } from '../guidance/explain.ts';

const LEGEND =
  '? marks what may be left out; → NAME is described by guide://template/NAME. A text such as {{NAME}} may stand for any value: merge says what takes its place.';

/** What a definition is made of, a line a part. */
export function templateGuide(): string {
  return `# Parts of a Shotstack definition\nRead guide://template/NAME of those you need.\n\n${listParts()}\n`;
}

/** What a part takes, key by key; null when there is no such part. */
export function partGuide(name: string): string | null {
  const described = describePart(name);
  return described && `# ${name}\n${described}\n\n${LEGEND}\n`;
}

/** The parts that were probably meant by a name, which may be that of a kind alone: `video`. */
export function nearestParts(name: string): string[] {
  const names = partNames();
  const meant = didYouMean(name, [...names, ...names.flatMap(full => full.split('/').slice(1))]);
  return names.filter(full => full === meant || full.split('/')[1] === meant);
}

/** The problem table as Markdown: what each code of an error reply means. */
export function problemGuide(): string {
  return [
    '# Problem codes',
    'What error.code of a reply means. The reply knows more: its next and error.steps go before this table.',
    '',
    '| code | HTTP | fix_by | next | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(PROBLEMS).map(([code, { http, fixBy, action, tool, meaning }]) => {
      const next = action === 'call_tool' ? `call_tool ${tool ?? 'get_status'}` : action;
      return `| ${[code, http.join(', ') || '–', fixBy, next, meaning].join(' | ')} |`;
    }),
  ].join('\n');
}
