import { editSchema } from '@shotstack/schemas/zod';
import { validateDefinition } from '../../src/definition/validate.ts';
import { definitionOf } from '../definitions.ts';
import type { Line } from '../line.ts';
import { interleaved, median, timed } from '../stats.ts';

const CLIPS = [1, 50, 1_000, 5_000];

/** What the check of a definition costs beside a plain parse by the official schema. */
export const check: Line = {
  title: 'The check of a definition beside a parse by the official schema',
  async measure({ rounds, some }) {
    const rows: { clips: number; parse: number; check: number }[] = [];
    for (const clips of CLIPS) {
      const definition = definitionOf(some(clips));
      const ms = await interleaved(rounds, {
        parse: () => timed(async () => editSchema.safeParse(definition)),
        check: () => timed(async () => validateDefinition(definition, null)),
      });
      rows.push({ clips, parse: median(ms.parse), check: median(ms.check) });
    }
    const ratio = ({ check, parse }: (typeof rows)[number]): number => check / parse;
    const largest = rows.at(-1);
    return {
      figures: [
        { what: 'check over parse, median of the sizes', value: median(rows.map(ratio)), unit: '×' },
        { what: 'check of 5,000 clips', value: largest?.check ?? Number.NaN, unit: 'ms' },
      ],
      table: [
        ['clips', 'parse, ms', 'check, ms', '× parse'],
        ...rows.map(row => [row.clips, row.parse, row.check, ratio(row)]),
      ],
      notes: [
        `Medians of ${rounds}, one of each in turn, in one process after a first run.`,
        'The check is the schema’s verdict, the lint rules, the statistics and the preview link.',
      ],
    };
  },
};
