/** The words in `allow` that send a duplicate: the first of them is lift 1. */
export const LIFT_WORDS = [
  'duplicate',
  ...Array.from({ length: 8 }, (_, i) => `duplicate_${i + 2}`),
] as readonly string[];

/** The lift that `allow` asks for; 0 for none. */
export const liftOf = (allow: readonly string[]): number =>
  Math.max(0, ...allow.map(word => LIFT_WORDS.indexOf(word) + 1));

/** The word for a lift; undefined beyond the last. */
export const liftWord = (lift: number): string | undefined => LIFT_WORDS[lift - 1];
