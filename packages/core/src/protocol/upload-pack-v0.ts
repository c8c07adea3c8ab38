import { isObjectId, type ObjectId } from '../hash/object-id.js';
import { formatCapability, parseCapabilities, type Capabilities } from './capabilities.js';
import { protocolError, readPacket, runStep, send, type Conversation } from './conversation.js';
import { FetchRequest, shown } from './fetch-request.js';
import { formatAcknowledgment, formatShallowChange } from './fetch-response.js';
import { Negotiation } from './negotiation.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET, packetText } from './packet.js';
import { sendRefAdvertisement, type AdvertisedRef } from './ref-advertisement.js';
import { sendPack } from './send-pack.js';
import { planShallow } from './shallow-plan.js';
import { SIDEBAND_64K_PACKET_SIZE, SIDEBAND_PACKET_SIZE } from './sideband.js';
import { readAllowedFilter } from './upload-config.js';
import type { UploadSession } from './upload-session.js';

type MultiAck = 'none' | 'plain' | 'detailed';

/** What a client of version 0 asks for, with the capabilities that only this version has. */
interface Wanted {
  readonly request: FetchRequest;
  multiAck: MultiAck;
  noDone: boolean;
  sidebandPacketSize: number | undefined;
  filterAgreed: boolean;
}

/** Serves a fetch in version 0 or 1 (gitprotocol-pack). */
export function* serveUploadPackV0(session: UploadSession, version: 0 | 1): Conversation<void> {
  const { mode } = session.served;
  if (mode !== 'stateless') yield* advertise(session, version);
  if (mode === 'advertise') return;
  const wanted = yield* readWanted(session);
  if (wanted === undefined) return;
  const { request } = wanted;
  const { snapshot } = session.served;
  const wants = idsOf(request.wants);
  const shallowPlan = yield* runStep(planShallow({
    snapshot, graph: session.graph, refs: session.refs, request, wants, tellsOwnBoundary: false,
  }));
  if (shallowPlan.change !== undefined) {
    const out = new PacketWriter();
    for (const line of formatShallowChange(shallowPlan.change)) out.line(line);
    yield* send(out.raw(FLUSH_PACKET).take());
  }
  const clientShallow = new Set(idsOf(request.shallows));
  const negotiation = new Negotiation({ graph: session.graph, objects: snapshot.objects, shallow: clientShallow });
  for (const id of wants) negotiation.addWant(id);
  if (!(yield* negotiate(session, wanted, negotiation))) return;
  yield* sendPack(session, {
    request,
    wants,
    haves: negotiation.common,
    shallowPlan,
    filter: request.filter === undefined ? undefined : readAllowedFilter(request.filter, session.config),
    sidebandPacketSize: wanted.sidebandPacketSize,
  });
}

function* advertise(session: UploadSession, version: 0 | 1): Conversation<void> {
  const { snapshot } = session.served;
  yield* sendRefAdvertisement({
    algorithm: snapshot.algorithm,
    version,
    refs: advertisedRefs(session),
    capabilities: capabilityList(session),
    shallow: snapshot.shallow,
  });
}

function* advertisedRefs({ refs }: UploadSession): Generator<AdvertisedRef, void, void> {
  const head = refs.findHead()?.id;
  if (head !== undefined) yield* withPeeled('HEAD', head);
  for (const { name, id } of refs.entries()) yield* withPeeled(name, id);

  function* withPeeled(name: string, id: ObjectId): Generator<AdvertisedRef, void, void> {
    yield { name, id };
    const peeled = refs.findPeeled(id);
    if (peeled !== undefined) yield { name: `${name}^{}`, id: peeled };
  }
}

function capabilityList(session: UploadSession): string {
  const { config, refs, served, sessionId } = session;
  const words = [
    'multi_ack', 'thin-pack', 'side-band', 'side-band-64k', 'ofs-delta', 'shallow', 'deepen-since', 'deepen-not',
    'deepen-relative', 'no-progress', 'include-tag', 'multi_ack_detailed',
  ];
  if (config.allowTip) words.push('allow-tip-sha1-in-want');
  if (config.allowReachable) words.push('allow-reachable-sha1-in-want');
  if (served.mode === 'advertise') words.push('no-done');
  const head = refs.findHead();
  if (head?.id !== undefined && head.symrefTarget !== undefined) words.push(`symref=HEAD:${head.symrefTarget}`);
  if (config.allowFilter) words.push('filter');
  if (sessionId !== undefined) words.push(formatCapability({ name: 'session-id', value: sessionId }));
  words.push(`object-format=${served.snapshot.algorithm.name}`, `agent=${session.agent}`);
  return words.join(' ');
}

/** Reads everything up to the first flush; `undefined` when the client wants nothing. */
function* readWanted(session: UploadSession): Conversation<Wanted | undefined> {
  const request = new FetchRequest(session.served.snapshot.algorithm);
  const wanted: Wanted = {
    request, multiAck: 'none', noDone: false, sidebandPacketSize: undefined, filterAgreed: false,
  };
  for (let count = 0; ; count++) {
    const packet = yield* readPacket();
    if (packet === undefined) {
      if (count === 0) return undefined;
      throw protocolError('the remote end hung up unexpectedly');
    }
    if (packet.kind !== 'data') break;
    takeWantedLine(session, wanted, packetText(packet.payload));
  }
  if (request.wants.count === 0) return undefined;
  yield* session.checkWants(request.wants);
  return wanted;
}

function takeWantedLine(session: UploadSession, wanted: Wanted, line: string): void {
  const { request } = wanted;
  if (request.takeShallowLine(line)) return;
  if (line.startsWith('filter ')) {
    if (!wanted.filterAgreed) throw protocolError('git upload-pack: filtering capability not negotiated');
    request.takeFilter(line.slice('filter '.length));
    readAllowedFilter(line.slice('filter '.length), session.config);
    return;
  }
  const { hexSize } = request.algorithm;
  const end = 'want '.length + hexSize;
  const id = line.slice('want '.length, end).toLowerCase();
  if (!line.startsWith('want ') || !isObjectId(id, request.algorithm)) {
    throw protocolError(`git upload-pack: protocol error, expected to get object ID, not '${shown(line)}'`);
  }
  if (line.length > end) takeCapabilities(session, wanted, parseCapabilities(line.slice(end)));
  request.addWant(id);
}

function takeCapabilities(session: UploadSession, wanted: Wanted, list: Capabilities): void {
  const { request } = wanted;
  const format = list.value('object-format');
  if (format !== undefined && format !== request.algorithm.name) {
    throw protocolError(`mismatched object format: server ${request.algorithm.name}; client ${shown(format)}`);
  }
  if (list.has('multi_ack_detailed')) wanted.multiAck = 'detailed';
  else if (list.has('multi_ack')) wanted.multiAck = 'plain';
  if (list.has('side-band-64k')) wanted.sidebandPacketSize = SIDEBAND_64K_PACKET_SIZE;
  else if (list.has('side-band')) wanted.sidebandPacketSize = SIDEBAND_PACKET_SIZE;
  wanted.noDone ||= list.has('no-done');
  wanted.filterAgreed ||= session.config.allowFilter && list.has('filter');
  request.deepenRelative ||= list.has('deepen-relative');
  request.thinPack ||= list.has('thin-pack');
  request.ofsDelta ||= list.has('ofs-delta');
  request.noProgress ||= list.has('no-progress');
  request.includeTag ||= list.has('include-tag');
}

/**
 * Hears what the client has until it is done (`get_common_commits` of Git); `false` when the client ends the request
 * before that, to come back with more.
 */
function* negotiate(session: UploadSession, wanted: Wanted, negotiation: Negotiation): Conversation<boolean> {
  const { multiAck } = wanted;
  const isStateless = session.served.mode === 'stateless';
  const out = new PacketWriter();
  let last: ObjectId | undefined;
  let gotCommon = false;
  let gotOther = false;
  let saidReady = false;
  const acknowledge = (id: ObjectId, status: 'common' | 'continue' | 'ready' | undefined): void => {
    out.line(formatAcknowledgment({ kind: 'ack', id, status }));
  };
  for (let isFirst = true; ; isFirst = false) {
    const packet = yield* readPacket();
    if (packet?.kind === 'data') {
      const line = packetText(packet.payload);
      if (line === 'done') {
        if (last === undefined) out.line(formatAcknowledgment({ kind: 'nak' }));
        else if (multiAck !== 'none') acknowledge(last, undefined);
        yield* send(out.take());
        return true;
      }
      const id = readHave(wanted, line);
      if (negotiation.addHave(id)) {
        gotCommon = true;
        last = id;
        if (multiAck === 'detailed') acknowledge(id, 'common');
        else if (multiAck === 'plain') acknowledge(id, 'continue');
        else if (negotiation.common.length === 1) acknowledge(id, undefined);
      } else {
        gotOther = true;
        if (multiAck !== 'none' && (yield* runStep(negotiation.isReady()))) {
          saidReady ||= multiAck === 'detailed';
          acknowledge(id, multiAck === 'detailed' ? 'ready' : 'continue');
        }
      }
      if (out.isFull) yield* send(out.take());
      continue;
    }
    if (packet === undefined) {
      // A stateless client that asked for a shallow list first reads it and sends another request.
      if (isFirst && isStateless) return false;
      throw protocolError('the remote end hung up unexpectedly');
    }
    if (multiAck === 'detailed' && gotCommon && !gotOther && (yield* runStep(negotiation.isReady()))) {
      saidReady = true;
      acknowledge(last!, 'ready');
    }
    if (negotiation.common.length === 0 || multiAck !== 'none') out.line(formatAcknowledgment({ kind: 'nak' }));
    if (wanted.noDone && saidReady) {
      acknowledge(last!, undefined);
      yield* send(out.take());
      return true;
    }
    yield* send(out.take());
    if (isStateless) return false;
    gotCommon = false;
    gotOther = false;
  }
}

function readHave(wanted: Wanted, line: string): ObjectId {
  const { algorithm } = wanted.request;
  const id = line.slice('have '.length, 'have '.length + algorithm.hexSize).toLowerCase();
  if (!line.startsWith('have ')) throw protocolError(`git upload-pack: expected SHA1 list, got '${shown(line)}'`);
  if (!isObjectId(id, algorithm)) {
    throw protocolError(`git upload-pack: expected SHA1 object, got '${shown(line.slice('have '.length))}'`);
  }
  return id;
}

function idsOf(table: { readonly count: number; idAt(index: number): ObjectId }): ObjectId[] {
  return Array.from({ length: table.count }, (_, index) => table.idAt(index));
}
