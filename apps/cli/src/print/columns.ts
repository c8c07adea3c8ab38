/** Lists in columns (git-column(1)). */
import { textWidth } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from '../session/session.js';

/** How columns are made. */
export interface ColumnMode {
  readonly layout: 'column' | 'row' | 'plain';
  readonly isDense: boolean;
  readonly width: number;
  readonly padding: number;
  readonly indent: string;
}

/** The mode that an option or the configuration asks for; `undefined` where lines stay lines. @throws {Failure} */
export function readColumnMode(session: Pick<Session, 'config' | 'io'>, option: string | undefined, name: string): ColumnMode | undefined {
  const { config, io } = session;
  const texts = [config.get('column.ui'), config.get(name), option].filter((text) => text !== undefined);
  let when: 'always' | 'never' | 'auto' = 'never';
  let layout: ColumnMode['layout'] = 'column';
  let isDense = false;
  for (const text of texts) {
    const saysWhen = /(?:^|[ ,])(?:always|never|auto)(?:$|[ ,])/.test(text);
    for (const word of text.split(/[ ,]+/).filter((part) => part !== '')) {
      if (word === 'always' || word === 'never' || word === 'auto') when = word;
      else if (word === 'column' || word === 'row' || word === 'plain') {
        layout = word;
        // A layout without a word about when means always.
        if (!saysWhen) when = 'always';
      } else if (word === 'dense' || word === 'nodense') isDense = word === 'dense';
      else die(`unsupported option '${word}'`, 129);
    }
  }
  if (when === 'never' || (when === 'auto' && io.isTerminal?.(1) !== true)) return undefined;
  const columns = io.env['COLUMNS'];
  const width = columns !== undefined && /^\d+$/.test(columns) ? Number(columns) : io.isTerminal?.(1) === true ? io.columns ?? 80 : 80;
  return { layout, isDense, width: width - 1, padding: 1, indent: '' };
}

/** Items in columns; every line ends with a line feed. */
export function columnText(items: readonly string[], mode: ColumnMode, newline = '\n'): string {
  if (items.length === 0) return '';
  if (mode.layout === 'plain') return items.map((item) => `${mode.indent}${item}${newline}`).join('');
  const widths = items.map(textWidth);
  let { columns, rows, sizes } = layOut(widths, mode);
  if (mode.isDense) ({ columns, rows, sizes } = shrink(widths, mode, { columns, rows, sizes }));
  let text = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) {
      const index = mode.layout === 'column' ? column * rows + row : row * columns + column;
      if (index >= items.length) break;
      const next = mode.layout === 'column' ? index + rows : index + 1;
      const isLast = mode.layout === 'column' ? next >= items.length : column === columns - 1 || next >= items.length;
      line += (column === 0 ? mode.indent : '') + items[index]! + (isLast ? '' : ' '.repeat(Math.max(0, sizes[column]! - widths[index]!)));
    }
    text += line + newline;
  }
  return text;
}

interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly sizes: readonly number[];
}

function layOut(widths: readonly number[], mode: ColumnMode): Layout {
  const cell = Math.max(...widths) + mode.padding;
  const columns = Math.max(1, Math.floor((mode.width - mode.indent.length) / cell));
  const rows = Math.ceil(widths.length / columns);
  return { columns, rows, sizes: Array.from({ length: columns }, () => cell) };
}

/** Fewer rows for as long as the widest of each column fit. */
function shrink(widths: readonly number[], mode: ColumnMode, start: Layout): Layout {
  let best = start;
  let { rows } = start;
  while (rows > 1) {
    rows--;
    const columns = Math.ceil(widths.length / rows);
    const sizes = columnSizes(widths, { columns, rows, layout: mode.layout }).map((size) => size + mode.padding);
    const total = mode.indent.length + sizes.reduce((sum, size) => sum + size, 0);
    if (total > mode.width) break;
    best = { columns, rows, sizes };
  }
  return best === start ? { ...start, sizes: columnSizes(widths, { ...start, layout: mode.layout }).map((size) => size + mode.padding) } : best;
}

function columnSizes(widths: readonly number[], { columns, rows, layout }: { readonly columns: number; readonly rows: number; readonly layout: string }): number[] {
  const sizes = Array.from({ length: columns }, () => 0);
  widths.forEach((width, index) => {
    const column = layout === 'column' ? Math.floor(index / rows) : index % columns;
    sizes[column] = Math.max(sizes[column] ?? 0, width);
  });
  return sizes;
}
