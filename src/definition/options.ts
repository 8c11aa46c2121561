import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { stringOrEmpty } from './clips.ts';
import type { Stats } from './stats.ts';

/** The options of an update that its definition decides as well. */
export interface Options {
  aspect_ratio?: string | undefined;
  resolution?: string | undefined;
  duration_seconds?: number | undefined;
}

/** Widths and heights are whole pixels, so that a ratio is met only nearly. */
const RATIO_TOLERANCE = 0.02;
/** The short side in pixels. */
const RESOLUTIONS: Record<string, number> = { '720p': 720, '1080p': 1080 };

/**
 * The options that contradict the definition they are sent with: it is not documented which of the two counts.
 *
 * @returns a warning at each option's path
 */
export function contradictions(definition: JsonObject, stats: Stats, options: Options): Issue[] {
  const { output_size: size, duration_seconds: length } = stats;
  const { aspect_ratio: aspect, resolution, duration_seconds: seconds } = options;
  const output = isObject(definition.output) ? definition.output : {};
  const shape = size ? size.width / size.height : ratioOf(stringOrEmpty(output.aspectRatio));
  const said = size ? `${size.width}×${size.height}` : stringOrEmpty(output.aspectRatio);
  const warnings: Issue[] = [];
  const warn = (path: keyof Options, definitionSays: string): void => {
    const message = `The definition ${definitionSays}, and it is not known which of the two counts: leave ${path} out, so that the definition decides, or change the definition.`;
    warnings.push({ path, message, received: options[path] });
  };
  const wanted = ratioOf(aspect ?? '');
  if (wanted !== null && shape && Math.abs(shape / wanted - 1) > RATIO_TOLERANCE) warn('aspect_ratio', `makes ${said}`);
  const side = RESOLUTIONS[resolution ?? ''];
  if (side && size && Math.min(size.width, size.height) !== side) warn('resolution', `makes ${said}`);
  if (seconds !== undefined && length !== undefined && Math.abs(seconds - length) >= 1) {
    warn('duration_seconds', `lasts ${length} s`);
  }
  return warnings;
}

/** Width by height of `16:9`; null for anything else. */
function ratioOf(text: string): number | null {
  const [, width, height] = /^(\d+):(\d+)$/.exec(text) ?? [];
  return width && height && Number(height) > 0 ? Number(width) / Number(height) : null;
}
