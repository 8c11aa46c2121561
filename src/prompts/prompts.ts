import { didYouMean } from '../base/did-you-mean.ts';
import { invalidArgument } from '../base/failure.ts';
import { shorten } from '../base/text.ts';
import type { Prompt } from './prompt.ts';
import { recoverJobs } from './recover-jobs.ts';
import { updateTemplate } from './update-template.ts';

/** Every prompt, in the order in which users see them. */
export const PROMPTS: readonly Prompt[] = [updateTemplate, recoverJobs];

/** The most characters that are taken of what a user gave. */
const LONGEST_GIVEN = 10_000;

/** A prompt as `prompts/list` shows it. */
export interface ListedPrompt extends Pick<Prompt, 'name' | 'title' | 'description'> {
  arguments: { name: string; description: string; required: boolean }[];
}

/** A prompt with what was given for it. */
export interface WrittenPrompt {
  description: string;
  /** What the user is to have said. */
  text: string;
}

/** The prompts as `prompts/list` shows them. */
export function listPrompts(): ListedPrompt[] {
  return PROMPTS.map(({ name, title, description, argument }) => ({
    name,
    title,
    description,
    arguments: [{ ...argument, required: false }],
  }));
}

/**
 * The prompt with what was given for it, under whatever names: it is one text that a host may have split.
 *
 * @throws ArgumentsFailure when there is no such prompt, or too much text
 */
export function getPrompt(name: string, given: Readonly<Record<string, string>>): WrittenPrompt {
  const prompt = PROMPTS.find(prompt => prompt.name === name);
  const names = PROMPTS.map(prompt => prompt.name);
  if (!prompt) {
    const meant = didYouMean(name, names);
    const message = `There is no such prompt.${meant ? ` Did you mean ${meant}?` : ''} There are ${names.join(' and ')}.`;
    throw invalidArgument('name', message, { received: shorten(name) });
  }
  const text = Object.values(given)
    .filter(part => part.trim() !== '')
    .join(' ');
  if (text.length > LONGEST_GIVEN) {
    const { name } = prompt.argument;
    throw invalidArgument(name, `Shorten ${name} to ${LONGEST_GIVEN} characters.`, { received: shorten(text) });
  }
  return { description: prompt.description, text: prompt.write(text) };
}
