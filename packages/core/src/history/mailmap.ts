/**
 * Proper names and addresses of people (gitmailmap):
 *
 *     Proper Name <commit@email>
 *     <proper@email> <commit@email>
 *     Proper Name <proper@email> <commit@email>
 *     Proper Name <proper@email> Commit Name <commit@email>
 *
 * one a line; lines that begin with `#` or have no address are passed over. Names and addresses are compared without
 * regard to the case of ASCII letters. Text is lossless.
 */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { splitIdentLine } from '../bytes/ident-line.js';

/** A name and an address. */
export interface MailmapPerson {
  readonly name: string;
  readonly email: string;
}

interface Replacement {
  name: string | undefined;
  email: string | undefined;
}

interface Entry extends Replacement {
  readonly byName: Map<string, Replacement>;
}

/** An immutable mailmap. */
export class Mailmap {
  /** Maps everyone to themselves. */
  static readonly empty: Mailmap = new Mailmap(new Map());

  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  /** The map of one or more files, of which later ones win. O(size). */
  static parse(...files: readonly Uint8Array[]): Mailmap {
    const entries = new Map<string, Entry>();
    for (const file of files) {
      for (const line of losslessTextFromBytes(file).split('\n')) addLine(entries, line.split('\0', 1)[0]!);
    }
    return entries.size === 0 ? Mailmap.empty : new Mailmap(entries);
  }

  /** How many addresses are mapped. */
  get size(): number {
    return this.#entries.size;
  }

  /** The proper name and address of a person; the same where nothing is known. O(1). */
  map(person: MailmapPerson): MailmapPerson {
    const entry = this.#entries.get(folded(person.email));
    if (entry === undefined) return person;
    const found = entry.byName.get(folded(person.name)) ?? entry;
    return { name: found.name ?? person.name, email: found.email ?? person.email };
  }
}

/**
 * The person that a contact such as `Name <address>` or `<address>` names (git-check-mailmap), mapped. `undefined` where
 * it has no address.
 */
export function findContact(mailmap: Mailmap, contact: string): MailmapPerson | undefined {
  const person = splitContact(contact);
  return person === undefined ? undefined : mailmap.map(person);
}

/** Name and address of `Name <address>`, or `undefined`. */
export function splitContact(contact: string): MailmapPerson | undefined {
  const bytes = bytesFromLosslessText(contact);
  const parts = splitIdentLine(bytes);
  if (parts === undefined) return undefined;
  return {
    name: losslessTextFromBytes(bytes.subarray(parts.nameStart, parts.nameEnd)),
    email: losslessTextFromBytes(bytes.subarray(parts.emailStart, parts.emailEnd)),
  };
}

function addLine(entries: Map<string, Entry>, line: string): void {
  if (line.startsWith('#')) return;
  const first = takePerson(line, 0);
  if (first === undefined || first.email === '') return;
  const second = takePerson(line, first.end);
  const email = second?.email ?? first.email;
  const key = folded(email);
  let entry = entries.get(key);
  if (entry === undefined) {
    entry = { name: undefined, email: undefined, byName: new Map() };
    entries.set(key, entry);
  }
  const newEmail = second === undefined ? undefined : first.email;
  if (second?.name !== undefined) {
    entry.byName.set(folded(second.name), { name: first.name, email: newEmail });
  } else {
    entry.name = first.name ?? entry.name;
    entry.email = newEmail ?? entry.email;
  }
}

interface TakenPerson {
  readonly name: string | undefined;
  readonly email: string;
  /** Where the rest of the line begins. */
  readonly end: number;
}

function takePerson(line: string, start: number): TakenPerson | undefined {
  const left = line.indexOf('<', start);
  const right = left < 0 ? -1 : line.indexOf('>', left + 1);
  if (right < 0) return undefined;
  const name = line.slice(start, left).replace(/^[ \t\r]+|[ \t\r]+$/g, '');
  return { name: name === '' ? undefined : name, email: line.slice(left + 1, right), end: right + 1 };
}

function folded(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
