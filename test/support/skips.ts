/** Tests that cannot pass on Windows, or only not in an emulator of it, each with the reason. */
interface Skip {
  /** The test's file, from the project's root. */
  file: string;
  /** The test's title as its file writes it, or its beginning. */
  title: string;
  /** What cannot do it: Windows itself, or Wine, which `npm run windows` may use on another system. */
  on: 'Windows' | 'Wine';
  reason: string;
}

export const SKIPS: readonly Skip[] = [];

/** Why a test is skipped on this machine; undefined where it runs. */
export function reasonToSkip(file: string, title: string): string | undefined {
  const skip = SKIPS.find(skip => skip.file === file && title.startsWith(skip.title.replace(/[%$].*/, '')));
  if (skip === undefined || (skip.on === 'Wine' && process.env.WINDOWS_EMULATED === undefined)) return undefined;
  return `${skip.on}: ${skip.reason}`;
}
