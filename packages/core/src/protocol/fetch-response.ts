/**
 * Lines of upload-pack's answers (gitprotocol-pack, "Packfile Negotiation"; gitprotocol-v2, "fetch").
 *
 *     "NAK"
 *     "ACK" SP <id> [SP ("common" | "continue" | "ready")]
 *     "ready"                                               version 2, at the end of acknowledgments
 *     "shallow" SP <id>,  "unshallow" SP <id>
 *     <id> SP <ref name>                                    version 2, wanted-refs
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { protocolError } from './conversation.js';
import { shown } from './fetch-request.js';

/** What the server says to haves. */
export type Acknowledgment =
  | { readonly kind: 'nak' }
  | { readonly kind: 'ack'; readonly id: ObjectId; readonly status: 'common' | 'continue' | 'ready' | undefined }
  | { readonly kind: 'ready' };

/** The line of an acknowledgment, with its line feed. */
export function formatAcknowledgment(acknowledgment: Acknowledgment): string {
  switch (acknowledgment.kind) {
    case 'nak':
      return 'NAK\n';
    case 'ready':
      return 'ready\n';
    case 'ack':
      return acknowledgment.status === undefined
        ? `ACK ${acknowledgment.id}\n`
        : `ACK ${acknowledgment.id} ${acknowledgment.status}\n`;
  }
}

/** @throws {GovcError} protocol-error: no acknowledgment. */
export function parseAcknowledgment(line: string, algorithm: HashAlgorithm): Acknowledgment {
  if (line === 'NAK') return { kind: 'nak' };
  if (line === 'ready') return { kind: 'ready' };
  const [word, text = '', status, ...rest] = line.split(' ');
  const id = findObjectId(text, algorithm);
  const isStatus = status === undefined || status === 'common' || status === 'continue' || status === 'ready';
  if (word !== 'ACK' || id === undefined || !isStatus || rest.length > 0) {
    throw protocolError(`expected ACK/NAK, got '${shown(line)}'`);
  }
  return { kind: 'ack', id, status };
}

/** How the client's set of shallow commits has to change. */
export interface ShallowChange {
  /** Commits that it gets without their parents. */
  readonly shallow: readonly ObjectId[];
  /** Commits whose parents it gets now. */
  readonly unshallow: readonly ObjectId[];
}

/** The lines of a change, without line feeds, as Git sends them. */
export function* formatShallowChange(change: ShallowChange): Generator<string, void, void> {
  for (const id of change.shallow) yield `shallow ${id}`;
  for (const id of change.unshallow) yield `unshallow ${id}`;
}

/** @throws {GovcError} protocol-error: a line that is neither shallow nor unshallow. */
export function parseShallowChange(lines: Iterable<string>, algorithm: HashAlgorithm): ShallowChange {
  const shallow: ObjectId[] = [];
  const unshallow: ObjectId[] = [];
  for (const line of lines) {
    const [word, text = '', ...rest] = line.split(' ');
    const id = findObjectId(text, algorithm);
    const list = word === 'shallow' ? shallow : word === 'unshallow' ? unshallow : undefined;
    if (list === undefined || id === undefined || rest.length > 0) {
      throw protocolError(`expected shallow/unshallow, got '${shown(line)}'`);
    }
    list.push(id);
  }
  return { shallow, unshallow };
}

/** A ref that was wanted by name, and what it is. */
export interface WantedRef {
  readonly name: string;
  readonly id: ObjectId;
}

/** The line of a wanted ref, with its line feed. */
export function formatWantedRef({ name, id }: WantedRef): string {
  return `${id} ${name}\n`;
}

/** @throws {GovcError} protocol-error: no id and name. */
export function parseWantedRef(line: string, algorithm: HashAlgorithm): WantedRef {
  const id = findObjectId(line.slice(0, algorithm.hexSize), algorithm);
  const name = line.slice(algorithm.hexSize + 1);
  if (id === undefined || name === '' || line[algorithm.hexSize] !== ' ') {
    throw protocolError(`expected wanted-ref, got '${shown(line)}'`);
  }
  return { name, id };
}
