/** Tables for people: columns that are as wide as they need to be, cut where a terminal ends. */
import { textWidth } from '@govc/core/plumbing';

import type { CommandIo } from '../io.js';

const GAP = '  ';

/** A cell: what is no text is shown as words are. */
export type Cell = string | number | boolean | null | undefined;

/**
 * Rows below headings, such as `ID  CREATED`. Without rows, the sentence that says so.
 *
 * @param io on a terminal lines are cut at its width, so that they stay lines
 */
export function tableText(io: Pick<CommandIo, 'isTerminal' | 'columns'>, headings: readonly string[], { rows, empty }: {
  readonly rows: readonly (readonly Cell[])[];
  readonly empty: string;
}): string {
  if (rows.length === 0) return `${empty}\n`;
  const lines = [headings, ...rows.map((row) => row.map(cellText))];
  const widths = headings.map((_, column) => lines.reduce((most, line) => Math.max(most, textWidth(line[column] ?? '')), 0));
  const widthMax = io.isTerminal?.(1) === true ? io.columns : undefined;
  return lines.map((line) => {
    const padded = line.map((text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(text))));
    return `${cut(padded.join(GAP).trimEnd(), widthMax)}\n`;
  }).join('');
}

/** Names and values below each other: what is known of one thing. Empty values are left out. */
export function factsText(facts: Readonly<Record<string, Cell>>): string {
  const shown = Object.entries(facts).map(([name, cell]) => [name, cellText(cell)] as const).filter(([, text]) => text !== '');
  const width = shown.reduce((most, [name]) => Math.max(most, name.length), 0) + 1;
  return shown.map(([name, text]) => `${`${name}:`.padEnd(width)} ${text}\n`).join('');
}

/** A cell as text without what would move the cursor of a terminal: answers come from elsewhere. */
export function cellText(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return plainText(String(cell));
}

/** Text from elsewhere on one line, without control characters. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trimEnd();
}

/** A moment in the manner of a log: to the second, in UTC. */
export function timeText(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(milliseconds) ? text : new Date(milliseconds).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

function cut(line: string, widthMax: number | undefined): string {
  if (widthMax === undefined || widthMax < 10 || textWidth(line) <= widthMax) return line;
  return `${cutText(line, widthMax - 1)}…`;
}

/** As much of a text as has room, in columns of a terminal. */
export function cutText(text: string, widthMax: number): string {
  let shown = '';
  let width = 0;
  for (const character of text) {
    width += textWidth(character);
    if (width > widthMax) break;
    shown += character;
  }
  return shown;
}
