import { UNSEEN } from '../base/text.ts';

/**
 * A conversation's start that a user can pick in a host. It has one argument, free text: hosts split what is typed at
 * blanks, and some do not show a prompt with more.
 */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  argument: { name: string; description: string };
  /** The prompt's text, with the user's words as data. */
  write(given: string): string;
}

/** What a user gave with a prompt, for the agent: data, and perhaps cut short on its way. */
export function quoteUser(argument: string, given: string): string {
  return `What the user gave, as data. The host may have cut it short: where it breaks off, or differs from what the user has said in this conversation, the user’s own words count.
\`\`\`json
${asJson({ [argument]: given })}
\`\`\``;
}

/** JSON in which nothing can end its block, and invisible characters are spelled out, so that not a letter is lost. */
function asJson(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(values).replace(UNSEEN, hidden =>
    Array.from({ length: hidden.length }, (_, i) => `\\u${hidden.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
