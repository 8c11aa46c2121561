/** What a prompt asks its user for; every value is a text. */
export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
}

/** The arguments that were given, by their names. */
export type Given = Readonly<Record<string, string>>;

/** A conversation's start that a user can pick in a host. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: PromptArgument[];
  /** What the agent is told; what the user gave stands in it as data alone (`asData`). */
  write(given: Given): string;
}
