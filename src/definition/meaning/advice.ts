import type { Fit } from '../schema-node.ts';
import type { Path, Suggestion } from './suggestion.ts';

/** What to say of a mistake, and what would put it right. */
export interface Advice {
  message: string;
  suggestion?: Suggestion;
}

/** A value that the schema does not take. */
export interface UnfitValue {
  /** The path of the value. */
  at: Path;
  value: unknown;
  /** What fits there. */
  fit: Fit;
  /** The object that holds it. */
  holder: unknown;
}

/** Advice to put another value in the same place. */
export const put = (value: unknown, message = ''): Advice => ({ message, suggestion: { kind: 'value', value } });

/** The key that holds a value, or the list that the value is in. */
export const keyOf = (at: Path): string => String(at.findLast(part => typeof part === 'string') ?? '');
