import { PROBLEMS, type Row } from '../guidance/problem-table.ts';

/** The problem table as Markdown: what each code of an error reply means for whoever meets it. */
export function problemGuide(): string {
  return [
    '# Problem codes',
    'What error.code of a reply stands for. The reply knows more: its next and error.steps go before this table.',
    '',
    '| code | HTTP | fix_by | next | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(PROBLEMS).map(([code, row]) => `| ${cells(code, row).join(' | ')} |`),
  ].join('\n');
}

function cells(code: string, { http, fixBy, action, tool, reason, passing }: Row): string[] {
  const next = action === 'call_tool' ? `call_tool ${tool ?? 'get_status'}` : action;
  return [
    code,
    http.join(', ') || '–',
    fixBy,
    passing ? `${next}, or ${passing.action}` : next,
    passing ? `${reason} With ${passing.action}: ${passing.reason}` : reason,
  ];
}
