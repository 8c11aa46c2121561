import { expect, it } from 'vitest';
import { explain } from '../../src/guidance/problems.ts';
import { Repeats } from '../../src/tools/repeats.ts';

const ARGS = { prompt: 'p' };
const told = () => explain('rate_limited', {}, 'update_template');

it('sends the fifth failure in a row of the very same call to the user, and counts anew from there', () => {
  const repeats = new Repeats();
  const actions = Array.from({ length: 10 }, () => repeats.after('update_template', ARGS, told()).next.action);
  const five = ['repeat', 'repeat', 'repeat', 'repeat', 'ask_user'];
  expect(actions).toEqual([...five, ...five]);
});

it('says who must act then, and that the call may yet succeed', () => {
  const repeats = new Repeats();
  const fifth = Array.from({ length: 5 }, () => repeats.after('update_template', ARGS, told())).at(-1);
  expect(fifth?.error).toMatchObject({ fix_by: 'user', retryable: true });
  expect(fifth?.next).not.toHaveProperty('after_seconds');
});

it('counts calls apart, and none that succeeded in between', () => {
  const repeats = new Repeats();
  for (const prompt of ['a', 'b', 'c'])
    expect(repeats.after('update_template', { prompt }, told()).next.action).toBe('repeat');
  for (let i = 0; i < 4; i++) repeats.after('update_template', ARGS, told());
  repeats.forget('update_template', ARGS);
  expect(repeats.after('update_template', ARGS, told()).next.action).toBe('repeat');
});

it('leaves alone what is not to be repeated', () => {
  const repeats = new Repeats();
  const refused = explain('unauthorized', {}, 'update_template');
  for (let i = 0; i < 6; i++) expect(repeats.after('update_template', ARGS, refused)).toBe(refused);
});
