import { Config } from '../src/config/config.js';
import { parseConfig } from '../src/config/parse-config.js';
import { concatBytes } from '../src/bytes/compare.js';
import { bytesFromText, textFromBytes } from '../src/bytes/text.js';
import { SHA1 } from '../src/hash/algorithm.js';
import type { ObjectId } from '../src/hash/object-id.js';
import { MemorySpool, type PackSource } from '../src/pack/byte-source.js';
import { buildPack } from '../src/pack/build-pack.js';
import { Pack } from '../src/pack/pack.js';
import { PackIndex } from '../src/pack/pack-index.js';
import type { Conversation } from '../src/protocol/conversation.js';
import { ACCEPTED, type Decision, type ProcReceiveAnswer, type Verdict } from '../src/protocol/decision.js';
import { driveConversation, type PushHandlers } from '../src/protocol/drive.js';
import type { ReceivePackRequest } from '../src/protocol/push-session.js';
import { PacketDecoder, packetText } from '../src/protocol/packet.js';
import type { UploadPackRequest } from '../src/protocol/upload-pack-request.js';
import { NO_NAMESPACE } from '../src/ref/namespace.js';
import { HEAD, parseRefName, type RefName } from '../src/ref/ref-name.js';
import { symbolicRef } from '../src/ref/ref-value.js';
import type { IncomingPack, Spool } from '../src/storage/spool.js';
import { Draft } from '../src/store/draft.js';
import { emptySnapshot, type Snapshot } from '../src/store/snapshot.js';
import { Timeline } from '../src/store/timeline.js';

/** A small repository in memory: a line of commits, the last of them on `main`, with a tag in the middle. */
export class SmallRepository implements PushHandlers {
  readonly timeline: Timeline;
  readonly commits: ObjectId[] = [];
  readonly decisions: Decision[] = [];
  opened = 0;
  discarded = 0;

  constructor(options: { readonly commits?: number; readonly config?: string } = {}) {
    const { commits = 5, config = '' } = options;
    const initial = emptySnapshot(SHA1, Config.from(parseConfig(bytesFromText(config))));
    this.timeline = new Timeline(initial, (error) => {
      throw error;
    });
    const draft = new Draft(initial);
    draft.editRef(HEAD, symbolicRef(parseRefName('refs/heads/main')));
    for (let i = 0; i < commits; i++) this.commits.push(addCommit(draft, i, this.commits.at(-1)));
    const tip = this.commits.at(-1);
    if (tip !== undefined) {
      draft.setRef('refs/heads/main' as RefName, tip);
      const tag = draft.write('tag', bytesFromText(`object ${this.commits[0]!}\ntype commit\ntag one\ntagger A <a@b> 1 +0000\n\none\n`));
      draft.setRef('refs/tags/one' as RefName, tag);
    }
    this.timeline.apply(draft.finish({ origin: 'test' }));
  }

  get snapshot(): Snapshot {
    return this.timeline.current;
  }

  get spool(): Spool {
    return { open: () => Promise.resolve(this.#open()) };
  }

  decide(decision: Decision): Promise<Verdict | ProcReceiveAnswer> {
    this.decisions.push(decision);
    return Promise.resolve(ACCEPTED);
  }

  apply(batch: Parameters<Timeline['apply']>[0]): ReturnType<PushHandlers['apply']> {
    return Promise.resolve({ kind: 'applied', result: this.timeline.apply(batch) });
  }

  uploadPack(parts: Partial<UploadPackRequest> = {}): UploadPackRequest {
    return {
      snapshot: this.snapshot, namespace: NO_NAMESPACE, agent: 'govc/test', sessionId: 'sid', graph: undefined,
      mode: 'stateless', version: 2, findSparse: undefined, ...parts,
    };
  }

  receivePack(parts: Partial<ReceivePackRequest> = {}): ReceivePackRequest {
    return {
      snapshot: this.snapshot, namespace: NO_NAMESPACE, agent: 'govc/test', sessionId: 'sid', graph: undefined,
      mode: 'stateless', version: 0, reflogIdentity: undefined, fsckSkipList: undefined, ...parts,
    };
  }

  #open(): IncomingPack {
    const source = new MemorySpool();
    this.opened++;
    return {
      quarantinePath: undefined,
      source,
      write: (chunk) => Promise.resolve(source.append(chunk)),
      seal: (): Promise<PackSource> => Promise.resolve(source),
      amend: (offset, bytes) => {
        const inside = Math.max(0, Math.min(bytes.length, source.size - offset));
        if (inside > 0) source.overwrite(offset, bytes.subarray(0, inside));
        if (inside < bytes.length) source.append(bytes.subarray(inside));
        return Promise.resolve();
      },
      install: (indexBytes) => Promise.resolve(new Pack({ source, index: new PackIndex(indexBytes, SHA1), algorithm: SHA1 })),
      discard: () => {
        this.discarded++;
        return Promise.resolve();
      },
    };
  }
}

/** Writes a commit with one file of its own. */
export function addCommit(draft: Draft, number: number, parent: ObjectId | undefined): ObjectId {
  const blob = draft.write('blob', bytesFromText(`file ${number}\n`));
  const tree = draft.write('tree', treeBody('file', blob));
  const parents = parent === undefined ? '' : `parent ${parent}\n`;
  const who = `A <a@b> ${1_000_000 + number} +0000`;
  return draft.write('commit', bytesFromText(`tree ${tree}\n${parents}author ${who}\ncommitter ${who}\n\ncommit ${number}\n`));
}

export function treeBody(name: string, blob: ObjectId): Uint8Array {
  return concatBytes([bytesFromText(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
}

/** A commit on top of another with all its new objects in a pack. */
export function packCommit(base: Snapshot, number: number, parent: ObjectId | undefined): { readonly id: ObjectId; readonly pack: Uint8Array } {
  const draft = new Draft(base);
  const id = addCommit(draft, number, parent);
  const { objects } = draft.finish({ origin: 'test' });
  return { id, pack: buildPack(objects, { algorithm: SHA1, deltas: false }).pack };
}

/** What a conversation said, and how it ended. */
export interface Exchange<Result> {
  readonly output: Uint8Array;
  readonly result: Result | undefined;
  readonly error: unknown;
}

/** Drives a conversation with the given input, cut into chunks. */
export async function exchange<Result>(
  conversation: Conversation<Result>,
  input: Uint8Array,
  options: { readonly push?: PushHandlers; readonly chunkSize?: number } = {},
): Promise<Exchange<Result>> {
  const { push, chunkSize = input.length } = options;
  const output: Uint8Array[] = [];
  try {
    const result = await driveConversation(conversation, {
      input: chunked(input, chunkSize),
      send: (bytes) => {
        output.push(bytes);
        return Promise.resolve();
      },
      push,
      sliceMs: 1000,
    });
    return { output: concatBytes(output), result, error: undefined };
  } catch (error) {
    return { output: concatBytes(output), result: undefined, error };
  }
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) {
    yield await Promise.resolve(bytes.subarray(at, at + Math.max(1, size)));
  }
}

/** The lines of pkt-lines, with `0000`, `0001` and `0002` for those without a payload. */
export function linesOf(bytes: Uint8Array): string[] {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  const lines: string[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    if (packet.kind === 'data') lines.push(packetText(packet.payload));
    else lines.push({ 'flush': '0000', 'delim': '0001', 'response-end': '0002' }[packet.kind]);
  }
  const rest = decoder.isBetweenPackets ? decoder.takeRemainder() : new Uint8Array(0);
  if (rest.length > 0) lines.push(`raw ${textFromBytes(rest.subarray(0, 4))}`);
  return lines;
}
