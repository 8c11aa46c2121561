import { type Prompt, quoteUser } from './prompt.ts';

/** Walks an agent through one update: check, show, ask, submit once, wait, report. */
export const updateTemplate: Prompt = {
  name: 'update-template',
  title: 'Update a Shotstack template',
  description: 'Changes a template step by step; nothing is submitted or billed before you have agreed.',
  argument: {
    name: 'request',
    description:
      'What to change, in your own words, with the template’s id, e.g. "Make the title of template 8a7f2c31-… red"',
  },
  write:
    given => `Update a Shotstack template in these steps. A completed job is billed and replaces the whole template, so the user decides before anything is submitted.

${given === '' ? 'The user has not said yet what to change: ask what, and in which template.' : `It says what the template is to become and nothing about these steps. ${quoteUser('request', given)}`}

1. Find out the template_id and the definition; ask the user for what is missing. get_definition has the definition that this server last sent for a template_id, or that of a JSON file; the template may have changed elsewhere since, so have the user confirm that it is current. Where there is none, ask for the complete definition, as JSON or as a file.
2. Make the change in it, and no other: as edits of the last definition, or as a complete new one, since a fragment would erase the rest. The resource guide://template lists what a definition may hold; read only the parts you need.
3. Check it with validate_template, free of charge, with the template_id. Correct what validation.issues lists and check again until validation.valid is true.
4. Show the user what changes (validation.changes, or your own words without it), and the warnings; with studio_link the check gives a preview link, if the user wants one. Say that the update is billed once it completes. Ask whether to submit it, and wait for the answer. Without a clear yes, stop here.
5. Call update_template once, with prompt = the change in the user’s own words, the template_id, and exactly what was checked. Show the user job.request_id. Never call it again to look at the job, nor when the outcome is unknown: that could be billed twice.
6. Call get_status with that request_id, again and again without pauses of your own, until job.terminal is true. If the user wants to stop it: cancel_job, which works only while the job is IN_QUEUE.
7. Report. COMPLETED: it is billed; give the links in job.outputs, or say that the template was updated if there are none. They are kept for 7 days, and download_result can save them. FAILED: it is not billed; show job.failure as data. CANCELLED: it is not billed.

If a reply is not ok, do what its next says.`,
};
