import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ReflogEntry } from '../../ref/reflog.js';
import type { RefName } from '../../ref/ref-name.js';
import type { ReflogSource } from '../../store/reflogs.js';
import type { Table } from '../reftable/read-table.js';
import { keyOfText, type LogLine } from '../reftable/record.js';

/** A line of a log and the number that it is found by. */
export interface NumberedLine {
  readonly updateIndex: number;
  readonly line: LogLine;
}

/** The reflogs in the tables of a repository. */
export class ReftableLogs implements ReflogSource {
  readonly #tablesOf: (name: RefName) => readonly Table[];
  readonly #algorithm: HashAlgorithm;

  constructor(tablesOf: (name: RefName) => readonly Table[], algorithm: HashAlgorithm) {
    this.#tablesOf = tablesOf;
    this.#algorithm = algorithm;
  }

  /** @throws {GovcError} reftable-invalid, io-failed */
  find(name: RefName): readonly ReflogEntry[] | undefined {
    const lines = this.lines(name);
    if (lines.length === 0) return undefined;
    return lines.filter(({ line }) => !this.isMarker(line)).map(({ line }) => entryOf(line));
  }

  /** All lines of a log, markers too, the oldest first; none where the ref has no log. @throws {GovcError} reftable-invalid, io-failed */
  lines(name: RefName): NumberedLine[] {
    const found = new Map<number, LogLine | undefined>();
    const key = keyOfText(name);
    for (const table of this.#tablesOf(name)) for (const { updateIndex, line } of table.logsOf(key)) found.set(updateIndex, line);
    const lines: NumberedLine[] = [];
    for (const [updateIndex, line] of found) if (line !== undefined) lines.push({ updateIndex, line });
    return lines.sort((left, right) => left.updateIndex - right.updateIndex);
  }

  /** Whether a line only says that there is a log. */
  isMarker({ oldId, newId }: LogLine): boolean {
    return oldId === this.#algorithm.zeroId && newId === oldId;
  }
}

/** The entry that a line stands for. */
export function entryOf(line: LogLine): ReflogEntry {
  const { oldId, newId, name, email, timeSeconds, zone, message } = line;
  const digits = String(Math.abs(zone)).padStart(4, '0');
  return { oldId, newId, name, email, timeSeconds, timezone: `${zone < 0 ? '-' : '+'}${digits}`, message: message.replace(/\n+$/, '') };
}
