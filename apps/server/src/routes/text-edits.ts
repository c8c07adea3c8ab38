import { ServerError } from '../errors.js';
import type { Schema } from '../http/validate.js';

/** A change of a text: of what stands in it, or of lines counted from 1, both included. */
export type TextEdit = TextReplacement | LineReplacement;

interface TextReplacement {
  readonly old: string;
  readonly new: string;
  readonly all?: boolean;
}

interface LineReplacement {
  readonly start_line: number;
  readonly end_line?: number;
  readonly content: string;
}

/** The schema of {@link TextEdit}. */
export const TEXT_EDIT: Schema = {
  title: 'TextEdit',
  anyOf: [
    {
      type: 'object',
      required: ['old', 'new'],
      additionalProperties: false,
      properties: {
        old: { type: 'string', minLength: 1, maxLength: 10_000_000, description: 'Must stand in the file exactly once, or else with "all".' },
        new: { type: 'string', maxLength: 10_000_000 },
        all: { type: 'boolean', description: 'Replace it wherever it stands. Default: false.' },
      },
    },
    {
      type: 'object',
      required: ['start_line', 'content'],
      additionalProperties: false,
      properties: {
        start_line: { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
        end_line: { type: 'integer', minimum: 0, maximum: 1_000_000_000, description: 'Included; one less than start_line inserts before it. Default: start_line.' },
        content: { type: 'string', maxLength: 10_000_000, description: 'Instead of the lines; "" removes them.' },
      },
    },
  ],
};

/**
 * A text after some edits, in order; each sees those before it, and lines count as they then stand. Bytes beside the edits stay as they are.
 *
 * @throws {ServerError} edit-mismatch: the old text is not there, or more than once; or there are fewer lines
 */
export function applyTextEdits(path: string, content: Uint8Array, edits: readonly TextEdit[]): Uint8Array {
  let text = Buffer.from(content.buffer, content.byteOffset, content.length);
  for (const [index, edit] of edits.entries()) {
    text = 'old' in edit ? replaceText(text, edit, { path, index }) : replaceLines(text, edit, { path, index });
  }
  return text;
}

interface Place {
  readonly path: string;
  readonly index: number;
}

function replaceText(text: Buffer, edit: TextReplacement, place: Place): Buffer {
  const old = Buffer.from(edit.old);
  const starts: number[] = [];
  for (let at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length)) {
    starts.push(at);
    if (starts.length > 1 && edit.all !== true) break;
  }
  if (starts.length === 0) throw mismatch(place, 'the text to replace is not there', { count: 0 });
  if (starts.length > 1 && edit.all !== true) throw mismatch(place, 'the text to replace is there more than once', { count: 2 });
  const pieces: Uint8Array[] = [];
  const replacement = Buffer.from(edit.new);
  let end = 0;
  for (const start of starts) {
    pieces.push(text.subarray(end, start), replacement);
    end = start + old.length;
  }
  return Buffer.concat([...pieces, text.subarray(end)]);
}

function replaceLines(text: Buffer, edit: LineReplacement, place: Place): Buffer {
  const { start_line: first, end_line: last = first, content } = edit;
  const lineStarts = [0];
  for (let at = text.indexOf(0x0a); at >= 0; at = text.indexOf(0x0a, at + 1)) lineStarts.push(at + 1);
  // What follows the last line feed is a line only when it is not empty.
  const count = lineStarts.at(-1) === text.length ? lineStarts.length - 1 : lineStarts.length;
  if (last < first - 1) throw mismatch(place, 'the range ends before it begins', { lines: count });
  if (first > count + 1 || last > count) throw mismatch(place, `there are only ${count} lines`, { lines: count });
  const start = lineStarts[first - 1] ?? text.length;
  const end = last < first ? start : (lineStarts[last] ?? text.length);
  const isUnended = start === text.length && start > 0 && text[start - 1] !== 0x0a;
  const wasEnded = end > start ? text[end - 1] === 0x0a : !isUnended;
  const needsEnd = content !== '' && !content.endsWith('\n') && wasEnded;
  return Buffer.concat([text.subarray(0, start), Buffer.from(`${isUnended && content !== '' ? '\n' : ''}${content}${needsEnd ? '\n' : ''}`), text.subarray(end)]);
}

function mismatch({ path, index }: Place, reason: string, data: Readonly<Record<string, unknown>>): ServerError {
  return new ServerError('edit-mismatch', `Edit ${index + 1} of "${path.slice(0, 200)}" does not fit: ${reason}.`, { path: path.slice(0, 4096), index, ...data });
}
