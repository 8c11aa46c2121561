import { didYouMean } from '../base/did-you-mean.ts';
import type { Given, Prompt, PromptArgument } from './prompt.ts';
import { recoverJobs } from './recover-jobs.ts';
import { updateTemplate } from './update-template.ts';

/** Every prompt, in the order in which users see them. */
export const PROMPTS: readonly Prompt[] = [updateTemplate, recoverJobs];

/** The most characters that an argument may have. */
const LONGEST_ARGUMENT = 10_000;

/** A prompt as `prompts/list` shows it. */
export type ListedPrompt = Omit<Prompt, 'write'>;

/** A prompt with what was given for it. */
export interface WrittenPrompt {
  description: string;
  /** What the user is to have said. */
  text: string;
}

/** The catalogue as `prompts/list` shows it. */
export function listPrompts(): ListedPrompt[] {
  return PROMPTS.map(({ write: _, ...listed }) => listed);
}

/** The prompt with what was given for it, or in words what to change about the request. */
export function getPrompt(name: string, given: Given): WrittenPrompt | { refusal: string } {
  const prompt = PROMPTS.find(prompt => prompt.name === name);
  if (!prompt) {
    const names = PROMPTS.map(prompt => prompt.name);
    return { refusal: `There is no such prompt.${hint(name, names)} There are ${names.join(' and ')}.` };
  }
  const read = readArguments(prompt.arguments, given);
  if ('refusal' in read) return read;
  return { description: prompt.description, text: prompt.write(read.given) };
}

function readArguments(wanted: readonly PromptArgument[], all: Given): { given: Given } | { refusal: string } {
  const names = wanted.map(({ name }) => name);
  const stray = Object.keys(all).find(key => !names.includes(key));
  if (stray !== undefined) {
    return { refusal: `There is no such argument.${hint(stray, names)} The prompt takes ${names.join(', ')}.` };
  }
  const given: Record<string, string> = {};
  for (const { name, description, required } of wanted) {
    const value = all[name] ?? '';
    if (value.length > LONGEST_ARGUMENT) return { refusal: `Shorten ${name} to ${LONGEST_ARGUMENT} characters.` };
    // Hosts send an empty text for a field that was left empty.
    if (value.trim() !== '') given[name] = value;
    else if (required) return { refusal: `${name} is required: ${description}.` };
  }
  return { given };
}

function hint(word: string, allowed: readonly string[]): string {
  const meant = didYouMean(word, allowed);
  return meant ? ` Did you mean ${meant}?` : '';
}
