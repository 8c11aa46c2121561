import type { Issue } from '../../base/failure.ts';
import type { JsonObject } from '../../base/json.ts';

/** A thing that Shotstack accepts and that yet goes wrong. */
export interface Rule {
  name: string;
  /** Where Shotstack says so. */
  source: string;
  /** Every place in a definition where it is so; whatever is not well-formed there is passed over. */
  find(edit: JsonObject): Issue[];
}

const SKILL = 'shotstack/shotstack-cli, skills/shotstack';

/** Shotstack's guidance for agents. */
export const AGENT_CORE = `${SKILL}/shared/agent-core.md`;
export const FONTS_GUIDE = `${SKILL}/references/fonts.md`;
