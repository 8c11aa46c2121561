/** How much is done: a smoke run does everything once, and little of it. */
export interface Effort {
  /** How often each thing is measured. */
  rounds: number;
  /** How many of so many are to be done in a round. */
  some(full: number): number;
}

/** A figure, and the bound that it is to keep if it has one. */
export interface Figure {
  what: string;
  value: number;
  /** `×` for a ratio. */
  unit: string;
  most?: number;
  least?: number;
}

/** What a line has found. */
export interface Finding {
  figures: Figure[];
  /** What the figures were made of; its first row has the heads. */
  table: readonly (readonly (string | number)[])[];
  /** How it was measured, a sentence each. */
  notes: string[];
}

/** One line of the benchmark. */
export interface Line {
  title: string;
  measure(effort: Effort): Promise<Finding>;
}
