import type { GovcError } from '../errors.js';

/** One thing that an implementation must do: a name that is a sentence, and an action that throws when it does not. */
export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

/** Throws unless the two are the same, compared by what they look like; keys may stand in any order. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, but got ${left}`);
}

/** Throws unless the condition holds. */
export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`${what}: does not hold`);
}

/** Throws unless the action rejects with a `GovcError` of that code. */
export async function expectCode(action: () => Promise<unknown>, code: GovcError['code'], what: string): Promise<void> {
  try {
    await action();
  } catch (error) {
    const actual = (error as { code?: unknown } | undefined)?.code;
    if (actual === code) return;
    throw new Error(`${what}: expected ${code}, but got ${String(actual ?? error)}`, { cause: error });
  }
  throw new Error(`${what}: expected ${code}, but it succeeded`);
}

function show(value: unknown): string {
  if (value === undefined) return 'undefined';
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return Buffer.from(inner.buffer, inner.byteOffset, inner.length).toString('latin1');
    if (inner instanceof Map) return [...(inner as Map<unknown, unknown>)];
    if (inner instanceof Set) return [...(inner as Set<unknown>)];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
