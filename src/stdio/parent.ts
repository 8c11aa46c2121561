/** The process that started this one. */
export interface Parent {
  /** Remembers it. To be called once the host has sent something: a shell or npx in between has done its part by then. */
  remember(): void;
  /** Whether the one that was remembered has ended. */
  isGone(): boolean;
}

/** This process's parent. After its end stdin may stay open, because another process holds it too. */
export function parentOf({ ppid, isWindows }: { ppid: () => number; isWindows: boolean }): Parent {
  let remembered: number | null = null;
  return {
    remember() {
      remembered ??= ppid();
    },
    isGone() {
      if (remembered === null) return false;
      // Elsewhere an orphan gets another parent at once.
      return isWindows ? !isAlive(remembered) : ppid() !== remembered;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
