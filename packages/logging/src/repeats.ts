import type { LogLevel } from './level.js';
import type { LogFields } from './record.js';

/**
 * Keeps one failure that happens again and again from filling the log: of records that say the same, `countMax` are written in a
 * window of time, and the first one of the next window says how many were left out.
 */
export interface RepeatLimit {
  /** Records of one kind in a window. */
  readonly countMax: number;
  /** Length of the window in milliseconds. */
  readonly windowMs: number;
}

/** Decides about records. */
export interface RepeatFilter {
  /** Whether to write the record, and how many like it were left out since the last one; `undefined`: leave it out. */
  admit(kind: string, nowMs: number): { readonly suppressed: number } | undefined;
}

/** Kinds of records that are remembered; beyond it the one that began longest ago is forgotten. */
const KINDS_MAX = 1000;

interface Window {
  beginMs: number;
  count: number;
  suppressed: number;
}

/** A filter by this limit. */
export function createRepeatFilter({ countMax, windowMs }: RepeatLimit): RepeatFilter {
  const windows = new Map<string, Window>();
  return {
    admit(kind, nowMs) {
      const window = windows.get(kind);
      if (window !== undefined && nowMs - window.beginMs < windowMs) {
        window.count++;
        if (window.count <= countMax) return { suppressed: 0 };
        window.suppressed++;
        return undefined;
      }
      windows.delete(kind);
      if (windows.size >= KINDS_MAX) windows.delete(windows.keys().next().value!);
      windows.set(kind, { beginMs: nowMs, count: 1, suppressed: 0 });
      return { suppressed: window?.suppressed ?? 0 };
    },
  };
}

/** What makes two records say the same: level, message, and the error they tell of. */
export function kindOf(level: LogLevel, message: string, { error }: LogFields): string {
  const detail = error instanceof Error ? `${String((error as { code?: unknown }).code)} ${error.message}` : '';
  return `${level} ${message.slice(0, 200)} ${detail.slice(0, 200)}`;
}
