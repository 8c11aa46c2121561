/** Why nothing was changed: one sentence for a person, without a key. */
export class Refused extends Error {}
