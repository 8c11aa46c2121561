import { describe, expect, it } from 'vitest';
import { asksForOtherLayout } from '../../src/models/other-layout.ts';

describe('asksForOtherLayout', () => {
  it.each([
    'inputs.timeline is required',
    'Missing required field: timeline',
    'missing required fields: timeline, output',
    'Missing required parameters: "timeline", "output".',
    "Unknown field 'template'",
    'Unrecognized key(s): template',
    'inputs.template is unknown',
    'template: extra inputs are not permitted',
    'inputs.template: Unexpected property',
    'Additional property template is not allowed',
    "'timeline' is a required property",
    'body.inputs.output: field required',
    '/inputs/output is missing',
    'inputs["template"] is not supported',
    'Unknown field template. Required: timeline, output',
    'Bad Request: the field `output` must be provided; it is missing',
    'The model shotstack/template-update requires the input timeline',
    'TIMELINE IS REQUIRED',
  ])('is true of %j', message => {
    expect(asksForOtherLayout(message)).toBe(true);
  });

  it.each([
    'template.timeline.tracks is required',
    'template.timeline is required',
    'inputs.template.timeline: field required',
    'timeline.tracks[0].clips is missing',
    'timeline must have required property tracks',
    "timeline: must have required property 'tracks'",
    'output.format is required',
    'output.size.width: required',
    'output: format is required',
    'inputs/timeline/tracks/0: unknown key aset',
    'timeline -> tracks -> 0 -> clips: field required',
    'timeline["tracks"] is missing',
    "template must have required property 'timeline'",
    'template is missing timeline',
    'Unknown field aset in timeline.tracks[0].clips[0]',
    'Unknown asset type in timeline',
    'unknown font in template',
    'template not found',
    'unknown template',
    'template is unknown',
    'invalid template',
    'invalid timeline',
    'Template tpl-1 is unknown',
    'prompt is required',
    'Missing required field: prompt',
    'Missing required field: id. See template docs',
    'the timeline is too long',
    'invalid model',
    'template_id is required',
    'output_format is unknown',
    'Malformed JSON',
    'timeline',
    '',
  ])('is false of %j', message => {
    expect(asksForOtherLayout(message)).toBe(false);
  });
});
