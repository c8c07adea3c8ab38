/**
 * Lists of capabilities (gitprotocol-capabilities): words separated by spaces, each a name or `name=value`.
 * A name may come more than once (`symref`). Version 2 has one to a line instead (gitprotocol-v2).
 */
import { findTextFromBytes } from '../bytes/text.js';

/** One capability; `value` is `undefined` where there is no `=`. */
export interface Capability {
  readonly name: string;
  readonly value: string | undefined;
}

/** What one side of a conversation can do, in the order it said so. */
export class Capabilities {
  readonly list: readonly Capability[];
  readonly #byName = new Map<string, Capability>();

  constructor(list: readonly Capability[]) {
    this.list = list;
    for (const capability of list) {
      if (!this.#byName.has(capability.name)) this.#byName.set(capability.name, capability);
    }
  }

  /** Whether the name is there, with a value or without. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The first value of a name; `undefined` when the name is absent or has no value. */
  value(name: string): string | undefined {
    return this.#byName.get(name)?.value;
  }

  /** Every value of a name that may repeat, such as `symref`. */
  values(name: string): string[] {
    const values: string[] = [];
    for (const capability of this.list) {
      if (capability.name === name && capability.value !== undefined) values.push(capability.value);
    }
    return values;
  }
}

/** Reads one word, or one line of version 2: a name or `name=value`. */
export function parseCapability(text: string): Capability {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text, value: undefined };
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** Reads a list separated by spaces; never throws. */
export function parseCapabilities(text: string): Capabilities {
  return new Capabilities(text.split(' ').filter((word) => word !== '').map(parseCapability));
}

/** The word, or line of version 2, of a capability. */
export function formatCapability({ name, value }: Capability): string {
  return value === undefined ? name : `${name}=${value}`;
}

/** The list separated by spaces. */
export function formatCapabilities(list: readonly Capability[]): string {
  return list.map(formatCapability).join(' ');
}

/** A capability without a value. */
export function flag(name: string): Capability {
  return { name, value: undefined };
}

/** An agent string as it may stand in a list: what is not printable ASCII, and spaces, become dots, as Git does. */
export function sanitizeAgent(agent: string): string {
  return agent.trim().replace(/[^\x21-\x7e]/g, '.');
}

/** Where the payload of a line with capabilities after a NUL is cut: the part before, and the list. */
export function splitCapabilities(payload: Uint8Array): {
  readonly line: Uint8Array;
  readonly capabilities: Capabilities | undefined;
} {
  const nul = payload.indexOf(0);
  if (nul < 0) return { line: payload, capabilities: undefined };
  const text = findTextFromBytes(payload.subarray(nul + 1)) ?? '';
  return { line: payload.subarray(0, nul), capabilities: parseCapabilities(text.replace(/\n$/, '')) };
}
