import type { Stats } from 'node:fs';

/**
 * What tells two versions of a file or directory apart without reading it.
 *
 * A stamp proves that nothing has changed only when it is settled: file systems stamp with a coarse clock, so a change
 * in the same tick as the look leaves the same time behind ("racy git", Documentation/technical/racy-git.txt of Git).
 */
export interface FileStamp {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  /** Whether a later change must show in the stamp. */
  readonly isSettled: boolean;
}

// The kernel's tick is 1 to 10 ms; some file systems store whole or every second seconds.
const TICK_MS = 20;
const COARSE_TICK_MS = 2000;

/** The stamp of a file that was examined not before `nowMs`, milliseconds since 1970 by the clock of the file system. */
export function stampOf(stats: Stats, nowMs: number): FileStamp {
  const { mtimeMs, ctimeMs } = stats;
  const tick = Number.isInteger(mtimeMs / 1000) ? COARSE_TICK_MS : TICK_MS;
  return {
    inode: stats.ino,
    size: stats.size,
    modifiedMs: mtimeMs,
    changedMs: ctimeMs,
    isSettled: Math.max(mtimeMs, ctimeMs) < nowMs - tick,
  };
}

/** Whether the file is certainly the one that the stamp was taken of. `undefined` stands for no file. */
export function isUnchanged(stamp: FileStamp | undefined, stats: Stats | undefined): boolean {
  if (stamp === undefined || stats === undefined) return stamp === undefined && stats === undefined;
  return (
    stamp.isSettled &&
    stamp.modifiedMs === stats.mtimeMs &&
    stamp.changedMs === stats.ctimeMs &&
    stamp.inode === stats.ino &&
    stamp.size === stats.size
  );
}

/** As {@link isUnchanged}, for the names in a directory, whose other attributes say nothing of them. */
export function hasSameNames(stamp: FileStamp | undefined, stats: Stats | undefined): boolean {
  if (stamp === undefined || stats === undefined) return stamp === undefined && stats === undefined;
  return stamp.isSettled && stamp.modifiedMs === stats.mtimeMs && stamp.inode === stats.ino;
}
