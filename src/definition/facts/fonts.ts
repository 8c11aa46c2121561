/**
 * The fonts that the renderer has; their names may be written with or without spaces.
 * Source: shotstack/shotstack-cli, skills/shotstack/references/fonts.md, "Built-in fonts".
 */
export const BUILT_IN = [
  'Arapey',
  'Clear Sans',
  'Didact Gothic',
  'Montserrat',
  'MovLette',
  'NotoEmoji',
  'Open Sans',
  'Permanent Marker',
  'Roboto',
  'Sue Ellen Francisco',
  'Uni Neue',
  'Work Sans',
];

/** Fonts of operating systems, which the renderer lacks. Source: the same, "Why system fonts fail". */
export const SYSTEM = [
  'Arial',
  'Arial Black',
  'Arial Narrow',
  'Helvetica',
  'Helvetica Neue',
  'Times',
  'Times New Roman',
  'Courier',
  'Courier New',
  'Georgia',
  'Verdana',
  'Tahoma',
  'Trebuchet MS',
  'Impact',
  'Comic Sans MS',
  'Calibri',
  'Cambria',
  'Segoe UI',
  'San Francisco',
  'system-ui',
  'sans-serif',
  'serif',
  'monospace',
];
