/** Why a command that a person runs changed nothing: one sentence, without a key. */
export class CommandError extends Error {}
