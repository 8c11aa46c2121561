import type { ArgumentsCode, ArgumentsFailure } from '../base/failure.ts';
import type { ProblemRow } from './problem.ts';

const ASK_DEFINITION =
  'Ask the user for the complete definition: as JSON, or as a file in an allowed folder (template_path). Shotstack Studio exports it.';
const ONLY_USER = 'Only the user can give the definition.';

/** The problem table for arguments that cannot be used. Pure; no text from outside enters it. */
export const ARGUMENTS_PROBLEMS: Record<ArgumentsCode, ProblemRow<ArgumentsFailure>> = {
  invalid_arguments: {
    http: [],
    fixBy: 'agent',
    action: 'fix_arguments',
    meaning: 'The arguments do not fit the tool.',
    words: ({ facts }) => ({
      message: `The arguments do not fit the tool: ${mistakes(facts.issues.length)}.`,
      steps: ['Correct each entry of issues (path says where; allowed and suggestion say what fits), then call again.'],
      reason: 'Only the arguments are wrong.',
    }),
  },
  invalid_template: {
    http: [],
    fixBy: 'agent',
    action: 'fix_arguments',
    meaning: 'The definition is not one that Shotstack takes, or the update would blank the template.',
    words: ({ facts: { issues, guard, unlisted = 0 } }) => {
      const lift =
        guard === undefined
          ? []
          : [`Only if the user, told of the risk, wants it all the same: add "${guard}" to allow.`];
      if (guard === 'rename_only') {
        const message =
          'An update with a template_id but no definition would blank the template: an update replaces all of it.';
        const isKnown = issues.some(({ path }) => path === 'edits');
        return isKnown
          ? {
              message,
              steps: ['Give the change as edits ([] for a mere rename), or the complete definition.', ...lift],
              reason: 'The definition last sent can be edited.',
            }
          : { fixBy: 'user', action: 'ask_user', message, steps: [ASK_DEFINITION, ...lift], reason: ONLY_USER };
      }
      return {
        message:
          guard === 'invalid_template'
            ? `Shotstack would refuse this definition: ${mistakes(issues.length + unlisted)}${unlisted > 0 ? `, of which ${issues.length} are listed` : ''}.`
            : 'This is not a whole definition.',
        steps: ['Correct each entry of issues, then call again with the whole definition, or with edits.', ...lift],
        reason: 'A job with this definition would fail or do harm.',
      };
    },
  },
  definition_unknown: {
    http: [],
    fixBy: 'user',
    action: 'ask_user',
    meaning: 'This server has sent no definition for this template, and it cannot read templates.',
    words: () => ({
      message:
        'This server has sent no definition for this template, and templates cannot be read through this gateway.',
      steps: [ASK_DEFINITION],
      reason: ONLY_USER,
    }),
  },
  webhook_refused: {
    http: [],
    fixBy: 'agent',
    action: 'fix_arguments',
    meaning: 'webhook_url is not https, or leads to an address that is not public.',
    words: () => ({
      message: 'webhook_url must be https and lead to a public address; the gateway refuses anything else.',
      steps: ['Leave webhook_url out (get_status needs none), or give a public https URL.'],
      reason: 'The gateway would refuse the update.',
    }),
  },
};

const mistakes = (n: number): string => (n === 1 ? '1 mistake' : `${n} mistakes`);
