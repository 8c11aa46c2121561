/** Why a file cannot be used. */
export interface Wrong {
  /** One sentence. */
  problem: string;
  /** True when it may not be used at all, false when it is not what it should be. */
  refused: boolean;
}

export const refused = (problem: string): Wrong => ({ problem, refused: true });

export const unfit = (problem: string): Wrong => ({ problem, refused: false });

export const missing = (kind: 'file' | 'folder'): Wrong => unfit(`There is no such ${kind}.`);
