import type { Issue } from '../../base/failure.ts';
import type { PlacedClip } from '../clips.ts';
import type { PreparedDefinition, SourceFile } from '../prepared-definition.ts';

/** A mistake that Shotstack accepts. */
export interface Rule {
  name: string;
  /** What it finds, for the docs. */
  finds: string;
  /** Where Shotstack says so. */
  source: string;
  /** Returns an issue for each place that breaks the rule; skips malformed parts. */
  find(subject: PreparedDefinition): Issue[];
}

/** What a rule finds in one place. */
type Found = Issue | readonly Issue[] | null;

/** Checks each clip separately. */
export const eachClip =
  (find: (clip: PlacedClip) => Found): Rule['find'] =>
  ({ clips }) =>
    clips.flatMap(clip => find(clip) ?? []);

/** Checks each file separately. */
export const eachFile =
  (find: (file: SourceFile) => Found): Rule['find'] =>
  ({ files }) =>
    files.flatMap(file => find(file) ?? []);

export const SKILL = 'shotstack/shotstack-cli, skills/shotstack';

/** Shotstack's guidance for agents. */
export const AGENT_CORE = `${SKILL}/shared/agent-core.md`;
export const FONTS_GUIDE = `${SKILL}/references/fonts.md`;
export const CAPTION_GUIDE = `${SKILL}/references/caption.md`;
export const HTML5_GUIDE = `${SKILL}/references/html5.md`;
export const SVG_GUIDE = `${SKILL}/references/svg.md`;
export const INGEST_GUIDE = `${SKILL}/references/ingest.md`;
/** The API's definition. */
export const API = 'shotstack/oas-api-definition, schemas';
