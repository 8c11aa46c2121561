import { PROBLEMS } from '../guidance/explain.ts';

/** The problem table as Markdown: what each code of an error reply means for whoever meets it. */
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
