/**
 * The `ls-refs` command of version 2 (gitprotocol-v2, "ls-refs"). Arguments:
 *
 *     peel    symrefs    unborn    ref-prefix <prefix>
 *
 * and an answer of lines, then flush:
 *
 *     <id> or "unborn" SP <name> [SP "symref-target:" <name>] [SP "peeled:" <id>] LF
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { protocolError } from './conversation.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { DELIM_PACKET, FLUSH_PACKET } from './packet.js';

/** What a client asks for. */
export interface LsRefsRequest {
  readonly peel: boolean;
  readonly symrefs: boolean;
  readonly unborn: boolean;
  /** Only refs that begin with one of these; empty: all. */
  readonly prefixes: readonly string[];
}

/**
 * Reads the arguments.
 *
 * @throws {GovcError} protocol-error: an unknown argument.
 */
export function parseLsRefsArguments(lines: Iterable<string>): LsRefsRequest {
  let peel = false;
  let symrefs = false;
  let unborn = false;
  const prefixes: string[] = [];
  for (const line of lines) {
    if (line === 'peel') peel = true;
    else if (line === 'symrefs') symrefs = true;
    else if (line === 'unborn') unborn = true;
    else if (!line.startsWith('ref-prefix ')) throw protocolError(`unexpected line: '${shown(line)}'`);
    else if (prefixes.length < LIMITS.refPrefixCount.value) prefixes.push(line.slice('ref-prefix '.length));
  }
  // Prefixes are a list of everything that is wanted: with some of them dropped, the list is worth nothing.
  return { peel, symrefs, unborn, prefixes: prefixes.length < LIMITS.refPrefixCount.value ? prefixes : [] };
}

/** The pkt-lines of the command, flush included. */
export function encodeLsRefsCommand(request: LsRefsRequest, capabilities: readonly string[]): Uint8Array {
  const out = new PacketWriter();
  out.line('command=ls-refs\n');
  for (const capability of capabilities) out.line(capability);
  out.raw(DELIM_PACKET);
  if (request.peel) out.line('peel\n');
  if (request.symrefs) out.line('symrefs\n');
  if (request.unborn) out.line('unborn\n');
  for (const prefix of request.prefixes) out.line(`ref-prefix ${prefix}\n`);
  return out.raw(FLUSH_PACKET).take();
}

/** One ref of the answer. */
export interface ListedRef {
  /** As text, not checked. */
  readonly name: string;
  /** `undefined`: the ref is unborn. */
  readonly id: ObjectId | undefined;
  readonly symrefTarget: string | undefined;
  readonly peeled: ObjectId | undefined;
}

/** The line of a ref, with its line feed. */
export function formatListedRef(ref: ListedRef): string {
  let line = `${ref.id ?? 'unborn'} ${ref.name}`;
  if (ref.symrefTarget !== undefined) line += ` symref-target:${ref.symrefTarget}`;
  if (ref.peeled !== undefined) line += ` peeled:${ref.peeled}`;
  return `${line}\n`;
}

/**
 * Reads the line of a ref; attributes that are not known are skipped.
 *
 * @throws {GovcError} protocol-error: no id and name, or a malformed attribute.
 */
export function parseListedRef(line: string, algorithm: HashAlgorithm): ListedRef {
  const [first = '', name = '', ...attributes] = line.split(' ');
  const id = first === 'unborn' ? undefined : findObjectId(first, algorithm);
  if (name === '' || (id === undefined && first !== 'unborn')) {
    throw protocolError(`invalid ls-refs response: ${shown(line)}`);
  }
  let symrefTarget: string | undefined;
  let peeled: ObjectId | undefined;
  for (const attribute of attributes) {
    if (attribute.startsWith('symref-target:')) symrefTarget = attribute.slice('symref-target:'.length);
    if (!attribute.startsWith('peeled:')) continue;
    peeled = findObjectId(attribute.slice('peeled:'.length), algorithm);
    if (peeled === undefined) throw protocolError(`invalid ls-refs response: ${shown(line)}`);
  }
  return { name, id, symrefTarget, peeled };
}
