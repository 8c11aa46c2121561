import type { JsonObject } from '../base/json.ts';

const LONGEST = 6_000;

/**
 * A link that opens a definition in Shotstack Studio, so that a person can look before paying. The definition is the
 * link: nothing is uploaded. Source of the form: shotstack/shotstack-cli, src/commands/studio.ts.
 *
 * @returns the link, or null when it would be longer than 6,000 characters, which browsers and hosts cut
 */
export function studioLink(edit: JsonObject): string | null {
  const link = `https://shotstack.studio/#json=${Buffer.from(JSON.stringify(edit)).toString('base64url')}`;
  return link.length <= LONGEST ? link : null;
}
