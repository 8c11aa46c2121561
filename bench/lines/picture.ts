import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { peakDuring, resident, SOURCE } from '../resident.ts';
import { ServerProcess } from '../server-process.ts';
import { median } from '../stats.ts';

const MIB = 1024 * 1024;
const PICTURE_MIB = 20;
/** A PNG's first bytes: its signature, and the head of the chunk that every PNG begins with. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** What a large picture costs in memory on its way from a file to the gateway. */
export const picture: Line = {
  title: `A picture of ${PICTURE_MIB} MiB by path: memory at its peak`,
  async measure({ rounds, some }) {
    const gateway = await startLoopback();
    const size = some(PICTURE_MIB);
    const image = join(gateway.folder, 'picture.png');
    writeFileSync(image, Buffer.concat([PNG, Buffer.alloc(size * MIB - PNG.length, 1)]));
    const before: number[] = [];
    const peak: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const server = await ServerProcess.start(OURS, [], { env: gateway.env });
      const pid = server.child.pid ?? 0;
      // So that what every submit needs is there: the store, the HTTP client.
      await server.call('update_template', { prompt: `Before ${round}.`, template_id: 'tpl-1' });
      before.push(resident(pid));
      const prompt = `Make the picture ${round} the first frame.`;
      peak.push(await peakDuring(pid, () => server.call('update_template', { prompt, template_id: 'tpl-1', image })));
      await server.stop();
    }
    gateway.stop();
    const added = peak.map((most, round) => most - (before[round] ?? 0));
    return {
      figures: [
        {
          what: 'peak memory beyond that of a small submit, over the picture',
          value: median(added) / size,
          unit: '×',
          most: 4,
        },
        { what: 'peak memory in all, over the picture', value: median(peak) / size, unit: '×' },
      ],
      table: [
        ['when', 'MiB', '× picture'],
        ['after a submit without a picture', median(before), median(before) / size],
        ['at the peak', median(peak), median(peak) / size],
        ['added', median(added), median(added) / size],
      ],
      notes: [
        `Resident memory by ${SOURCE} (VmRSS, VmHWM), medians of ${rounds} processes. As base64 the picture is 1.33 × its size.`,
      ],
    };
  },
};
