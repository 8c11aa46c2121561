import { expect, it } from 'vitest';
import { explain } from '../../src/guidance/problems.ts';
import { Repeats } from '../../src/tools/repeats.ts';

const ARGS = { prompt: 'p' };
const told = () => explain('rate_limited', {}, 'update_template');

it('sends the third failure in a row of the very same call to the user, and counts anew from there', () => {
  const repeats = new Repeats();
  const actions = [1, 2, 3, 4, 5, 6].map(() => repeats.after('update_template', ARGS, told()).next.action);
  expect(actions).toEqual(['repeat', 'repeat', 'ask_user', 'repeat', 'repeat', 'ask_user']);
});

it('says who must act then, and that the call may yet succeed', () => {
  const repeats = new Repeats();
  const [, , third] = [1, 2, 3].map(() => repeats.after('update_template', ARGS, told()));
  expect(third?.error).toMatchObject({ fix_by: 'user', retryable: true });
  expect(third?.next).not.toHaveProperty('after_seconds');
});

it('counts calls apart, and none that succeeded in between', () => {
  const repeats = new Repeats();
  for (const prompt of ['a', 'b', 'c'])
    expect(repeats.after('update_template', { prompt }, told()).next.action).toBe('repeat');
  repeats.after('update_template', ARGS, told());
  repeats.after('update_template', ARGS, told());
  repeats.forget('update_template', ARGS);
  expect(repeats.after('update_template', ARGS, told()).next.action).toBe('repeat');
});

it('leaves alone what is not to be repeated', () => {
  const repeats = new Repeats();
  const refused = explain('unauthorized', {}, 'update_template');
  for (let i = 0; i < 4; i++) expect(repeats.after('update_template', ARGS, refused)).toBe(refused);
});
