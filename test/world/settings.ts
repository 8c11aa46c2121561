/** What may happen in a world, and how much of it. */
export interface WorldSettings {
  steps: number;
  /** The weight of each kind of step; 0 keeps it out. */
  weights: Record<StepKind, number>;
  /** How often an answer of the gateway is not the documented one, from 0 to 1. */
  hostility: number;
  /** Processes on one store at a time. */
  hosts: number;
}

export type StepKind =
  | 'wish'
  | 'pass'
  | 'esc'
  | 'cancel'
  | 'kill'
  | 'quit'
  | 'storeAway'
  | 'storeFlaky'
  | 'storeBack'
  | 'storeReplaced'
  | 'moveClock'
  | 'rotateKey'
  | 'gatewayMood';

export const SETTINGS: WorldSettings = {
  steps: 24,
  weights: {
    wish: 14,
    pass: 14,
    esc: 1,
    cancel: 2,
    kill: 2,
    quit: 1,
    storeAway: 1.5,
    storeFlaky: 1.5,
    storeBack: 3,
    storeReplaced: 0.5,
    moveClock: 1,
    rotateKey: 0.5,
    gatewayMood: 2,
  },
  hostility: 0.5,
  hosts: 1,
};
