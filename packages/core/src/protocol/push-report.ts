/**
 * What receive-pack reports (gitprotocol-pack, "Report Status"):
 *
 *     "unpack" SP ("ok" | <error>) LF
 *     "ok" SP <name> LF                      and in version 2 of the report, after it, any of
 *       "option refname" SP <name> LF        what really happened, where it is not what was asked
 *       "option old-oid" SP <id> LF
 *       "option new-oid" SP <id> LF
 *       "option forced-update" LF
 *     "ng" SP <name> SP <error> LF
 *     flush
 *
 * One command may have several `ok` lines with options.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId } from '../hash/object-id.js';
import { protocolError } from './conversation.js';
import type { RewrittenCommand } from './decision.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET } from './packet.js';

/** What became of one command. */
export interface CommandOutcome {
  readonly name: string;
  /** `undefined`: it took effect. */
  readonly error: string | undefined;
  /** What really happened, where it is not what was asked. */
  readonly rewritten: readonly RewrittenCommand[];
}

/** What became of a push. */
export interface PushReport {
  /** `undefined`: the pack was taken. */
  readonly unpackError: string | undefined;
  readonly outcomes: readonly CommandOutcome[];
}

// No ref has a name near this long, and with it a line fits a packet whatever the characters.
const NAME_LENGTH_MAX = 20_000;

/** The pkt-lines of a report, flush included. */
export function encodePushReport(report: PushReport, version: 1 | 2): Uint8Array {
  const out = new PacketWriter();
  out.line(`unpack ${oneLine(report.unpackError ?? 'ok')}\n`);
  for (const { name: fullName, error, rewritten } of report.outcomes) {
    const name = fullName.length > NAME_LENGTH_MAX ? fullName.slice(0, NAME_LENGTH_MAX) : fullName;
    if (error !== undefined) {
      out.line(`ng ${name} ${oneLine(error)}\n`);
      continue;
    }
    out.line(`ok ${name}\n`);
    if (version === 1) continue;
    rewritten.forEach((change, index) => {
      if (index > 0) out.line(`ok ${name}\n`);
      if (change.name !== undefined) out.line(`option refname ${change.name}\n`);
      if (change.oldId !== undefined) out.line(`option old-oid ${change.oldId}\n`);
      if (change.newId !== undefined) out.line(`option new-oid ${change.newId}\n`);
      if (change.forced) out.line('option forced-update\n');
    });
  }
  return out.raw(FLUSH_PACKET).take();
}

/**
 * Reads the lines of a report of either version.
 *
 * @throws {GovcError} protocol-error: another form.
 */
export function parsePushReport(lines: Iterable<string>, algorithm: HashAlgorithm): PushReport {
  let unpackError: string | undefined;
  let isFirst = true;
  const outcomes: { name: string; error: string | undefined; rewritten: RewrittenCommand[] }[] = [];
  for (const line of lines) {
    if (isFirst) {
      if (!line.startsWith('unpack ')) throw protocolError(`unable to parse remote unpack status: ${shown(line)}`);
      const status = line.slice('unpack '.length);
      unpackError = status === 'ok' ? undefined : status;
      isFirst = false;
      continue;
    }
    const [word, rest] = splitOnce(line);
    const last = outcomes.at(-1);
    if (word === 'option' && last !== undefined && last.error === undefined) {
      takeOption(last.rewritten, rest ?? '', algorithm);
    } else if (word === 'ok' && rest !== undefined) {
      if (last?.name === rest) last.rewritten.push(UNCHANGED);
      else outcomes.push({ name: rest, error: undefined, rewritten: [] });
    } else if (word === 'ng' && rest !== undefined) {
      const [name, error] = splitOnce(rest);
      outcomes.push({ name, error: error ?? 'failed', rewritten: [] });
    } else {
      throw protocolError(`invalid ref status from remote: ${shown(line)}`);
    }
  }
  if (isFirst) throw protocolError('unexpected flush packet while reading remote unpack status');
  return { unpackError, outcomes };
}

const UNCHANGED: RewrittenCommand = { name: undefined, oldId: undefined, newId: undefined, forced: false };

function takeOption(rewritten: RewrittenCommand[], option: string, algorithm: HashAlgorithm): void {
  if (rewritten.length === 0) rewritten.push(UNCHANGED);
  const at = rewritten.length - 1;
  const change = rewritten[at]!;
  const [key, value] = splitOnce(option);
  const id = value === undefined ? undefined : findObjectId(value, algorithm);
  if (key === 'refname') rewritten[at] = { ...change, name: value };
  else if (key === 'old-oid') rewritten[at] = { ...change, oldId: id };
  else if (key === 'new-oid') rewritten[at] = { ...change, newId: id };
  else if (key === 'forced-update') rewritten[at] = { ...change, forced: true };
}

function splitOnce(text: string): [string, string | undefined] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, undefined] : [text.slice(0, space), text.slice(space + 1)];
}

function oneLine(text: string): string {
  return text.replace(/[\n\0]+/g, ' ').trim().slice(0, 1000);
}
