import { REDACTED, isSecretName, redactText } from './redact.js';

/**
 * Turning whatever a caller logs into something that JSON can say, in bounded time and space.
 *
 * Nothing that is logged may throw, run a caller's `toJSON`, loop, or fill the disk: depth, number of members and length of
 * texts are bounded here, and what is left out is named in the output.
 */

/** Bounds of one logged value: nesting, members of one object or array, and UTF-16 units of one text. */
export const VALUE_LIMITS = { depth: 6, members: 100, textLength: 8192 } as const;

/** A value that JSON can express. */
export type PlainValue = null | boolean | number | string | readonly PlainValue[] | { readonly [name: string]: PlainValue };

/**
 * The value as plain data, secrets redacted; `undefined` for what has no place in a record (`undefined`, functions).
 * Errors keep name, message, code, data, stack and cause; bytes are replaced by their size.
 */
export function toPlainValue(value: unknown): PlainValue | undefined {
  return convert(value, { depth: 0, ancestors: [] });
}

/** A text shortened to the limit and free of secrets. */
export function toPlainText(text: string): string {
  const { textLength } = VALUE_LIMITS;
  if (text.length <= textLength) return redactText(text);
  return `${redactText(text.slice(0, textLength))}… (${text.length - textLength} more characters)`;
}

interface Place {
  readonly depth: number;
  readonly ancestors: readonly object[];
}

// The recursion is ours to bound: it ends at VALUE_LIMITS.depth whatever the caller nested.
function convert(value: unknown, place: Place): PlainValue | undefined {
  switch (typeof value) {
    case 'string':
      return toPlainText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return toPlainText(value.toString());
    case 'symbol':
      return String(value);
    case 'undefined':
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : convertObject(value, place);
  }
}

function convertObject(value: object, place: Place): PlainValue {
  if (place.ancestors.includes(value)) return '[circular]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (value instanceof URL) return toPlainText(value.href);
  if (place.depth >= VALUE_LIMITS.depth) return '[too deep]';
  const inner: Place = { depth: place.depth + 1, ancestors: [...place.ancestors, value] };
  if (value instanceof Map) return convertMembers(value, inner);
  if (Array.isArray(value) || value instanceof Set) return convertItems(value as Iterable<unknown>, inner);
  return convertMembers(members(value), inner);
}

function convertItems(items: Iterable<unknown>, place: Place): PlainValue {
  const result: PlainValue[] = [];
  for (const item of items) {
    if (result.length === VALUE_LIMITS.members) {
      result.push('[more items]');
      break;
    }
    result.push(convert(item, place) ?? null);
  }
  return result;
}

function convertMembers(entries: Iterable<readonly [unknown, unknown]>, place: Place): PlainValue {
  const result: Record<string, PlainValue> = {};
  let count = 0;
  for (const [key, member] of entries) {
    if (count++ === VALUE_LIMITS.members) {
      result['…'] = '[more members]';
      break;
    }
    const name = typeof key === 'string' ? key.slice(0, 256) : typeof key;
    const plain = isSecretName(name) ? REDACTED : convert(member, place);
    // Defined, not assigned: a member called __proto__ must stay a member.
    if (plain !== undefined) Object.defineProperty(result, name, { value: plain, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** The readable members of an object; a getter that throws gives its place a note. Errors first tell what is not enumerable. */
function* members(value: object): Generator<readonly [string, unknown]> {
  if (value instanceof Error) {
    for (const name of ['name', 'message', 'stack', 'cause']) yield [name, read(value, name)];
  }
  for (const name of Object.keys(value)) {
    if (value instanceof Error && name === 'name') continue;
    yield [name, read(value, name)];
  }
}

function read(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'getter failed'}]`;
  }
}
