/** Why a file cannot be used. */
export interface Wrong {
  /** One sentence. */
  problem: string;
  /** True when it may not be used at all, false when it is not what it should be. */
  refused: boolean;
  /** One sentence on what would help, where that is not to allow a folder. */
  cure?: string;
}

/** A file or folder that may not be used at all. */
export const refused = (problem: string, cure?: string): Wrong => ({
  problem,
  refused: true,
  ...(cure ? { cure } : {}),
});

/** A file that may be used and is not what it should be. */
export const unfit = (problem: string): Wrong => ({ problem, refused: false });

/** A file or folder that is not there. */
export const missing = (kind: 'file' | 'folder'): Wrong => unfit(`There is no such ${kind}.`);
