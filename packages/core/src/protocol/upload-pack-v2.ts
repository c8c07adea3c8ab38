import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { parseCapability } from './capabilities.js';
import { protocolError, readPacket, runStep, send, type Conversation } from './conversation.js';
import { checkTextSize, FetchRequest, shown, takeFetchArgument } from './fetch-request.js';
import { formatAcknowledgment, formatShallowChange, formatWantedRef, type WantedRef } from './fetch-response.js';
import { formatListedRef, parseLsRefsArguments, type ListedRef, type LsRefsRequest } from './ls-refs.js';
import { Negotiation } from './negotiation.js';
import { formatObjectInfo, parseObjectInfoArguments, type ObjectInfo } from './object-info.js';
import { PacketWriter } from './packet-writer.js';
import { DELIM_PACKET, FLUSH_PACKET, packetText, type Packet } from './packet.js';
import { sendPack } from './send-pack.js';
import { planShallow } from './shallow-plan.js';
import { SIDEBAND_64K_PACKET_SIZE } from './sideband.js';
import { readAllowedFilter } from './upload-config.js';
import type { UploadSession } from './upload-session.js';
import type { VisibleRef } from './visible-refs.js';

type CommandName = 'ls-refs' | 'fetch' | 'object-info';

/** Serves commands of version 2 (gitprotocol-v2): one when stateless, else until the client has no more. */
export function* serveUploadPackV2(session: UploadSession): Conversation<void> {
  const { mode } = session.served;
  if (mode !== 'stateless') yield* send(encodeCapabilities(session));
  if (mode === 'advertise') return;
  while (yield* serveCommand(session)) if (mode === 'stateless') return;
}

function encodeCapabilities(session: UploadSession): Uint8Array {
  const { config, served, sessionId } = session;
  const fetchFeatures = ['shallow', 'wait-for-done'];
  if (config.allowFilter) fetchFeatures.push('filter');
  if (config.allowRefInWant) fetchFeatures.push('ref-in-want');
  if (config.allowSidebandAll) fetchFeatures.push('sideband-all');
  const out = new PacketWriter();
  out.line('version 2\n');
  out.line(`agent=${session.agent}\n`);
  out.line(config.unborn === 'advertise' ? 'ls-refs=unborn\n' : 'ls-refs\n');
  out.line(`fetch=${fetchFeatures.join(' ')}\n`);
  out.line('server-option\n');
  out.line(`object-format=${served.snapshot.algorithm.name}\n`);
  if (sessionId !== undefined) out.line(`session-id=${sessionId}\n`);
  if (config.advertiseObjectInfo) out.line('object-info=size\n');
  return out.raw(FLUSH_PACKET).take();
}

/** Serves one command; `false` when the client has no more. */
function* serveCommand(session: UploadSession): Conversation<boolean> {
  const header = yield* readCommandHeader(session);
  if (header === undefined) return false;
  switch (header.command) {
    case 'ls-refs': {
      const lines = yield* readArguments(header.hasArguments, 'ls-refs');
      yield* answerLsRefs(session, parseLsRefsArguments(lines));
      return true;
    }
    case 'object-info': {
      const lines = yield* readArguments(header.hasArguments, 'object-info');
      yield* answerObjectInfo(session, lines);
      return true;
    }
    case 'fetch':
      yield* answerFetch(session, yield* readFetch(session, header.hasArguments));
      return true;
  }
}

interface CommandHeader {
  readonly command: CommandName;
  readonly hasArguments: boolean;
}

/** Reads the command and the client's capabilities; `undefined` when there is no further command. */
function* readCommandHeader(session: UploadSession): Conversation<CommandHeader | undefined> {
  const { algorithm } = session.served.snapshot;
  let command: CommandName | undefined;
  let clientFormat = 'sha1';
  let end: Packet | undefined;
  let count = 0;
  for (; ; count++) {
    end = yield* readPacket();
    if (end?.kind !== 'data') break;
    if (count >= KEY_COUNT_MAX) throw protocolError('too many capabilities in one request');
    const line = packetText(end.payload);
    if (line.startsWith('command=')) {
      const name = line.slice('command='.length);
      if (command !== undefined) {
        throw protocolError(`command '${shown(name)}' requested after already requesting command '${command}'`);
      }
      command = findCommand(session, name);
    } else {
      clientFormat = takeClientCapability(session, line) ?? clientFormat;
    }
  }
  if (end === undefined && count > 0) throw protocolError('the remote end hung up unexpectedly');
  if (end === undefined || (end.kind === 'flush' && count === 0)) return undefined;
  if (end.kind === 'response-end') throw protocolError('unexpected response end packet');
  if (command === undefined) throw protocolError('no command requested');
  if (clientFormat !== algorithm.name) {
    throw protocolError(`mismatched object format: server ${algorithm.name}; client ${clientFormat}`);
  }
  return { command, hasArguments: end.kind === 'delim' };
}

// Server options may repeat; nothing else has a reason to.
const KEY_COUNT_MAX = LIMITS.pushOptionCount.value;

function findCommand(session: UploadSession, name: string): CommandName {
  if (name === 'ls-refs' || name === 'fetch') return name;
  if (name === 'object-info' && session.config.advertiseObjectInfo) return name;
  throw protocolError(`invalid command '${shown(name)}'`);
}

/** Checks a capability of the client; gives the object format where it says one. */
function takeClientCapability(session: UploadSession, line: string): string | undefined {
  const { name, value } = parseCapability(line);
  switch (name) {
    case 'agent':
    case 'server-option':
      return undefined;
    case 'session-id':
      if (session.sessionId !== undefined) return undefined;
      break;
    case 'object-format':
      if (value === undefined) throw protocolError('object-format capability requires an argument');
      if (value === 'sha1' || value === 'sha256') return value;
      throw protocolError(`unknown object format '${shown(value)}'`);
  }
  throw protocolError(`unknown capability '${shown(line)}'`);
}

/** The lines up to the flush. */
function* readArguments(hasArguments: boolean, command: CommandName): Conversation<string[]> {
  const lines: string[] = [];
  let size = 0;
  while (hasArguments) {
    const packet = yield* readPacket();
    if (packet?.kind === 'flush') break;
    if (packet?.kind !== 'data') throw missingFlush(packet, command);
    size += packet.payload.length + 64;
    checkTextSize(size);
    lines.push(packetText(packet.payload));
  }
  return lines;
}

function missingFlush(packet: Packet | undefined, command: CommandName): Error {
  if (packet === undefined) return protocolError('the remote end hung up unexpectedly');
  return protocolError(command === 'object-info'
    ? 'object-info: expected flush after arguments'
    : `expected flush after ${command} arguments`);
}

function* answerLsRefs(session: UploadSession, request: LsRefsRequest): Conversation<void> {
  const out = new PacketWriter();
  const { prefixes } = request;
  const head = session.refs.findHead();
  const isHeadWanted = prefixes.length === 0 || prefixes.some((prefix) => 'HEAD'.startsWith(prefix));
  const isUnbornTold = request.unborn && request.symrefs && session.config.unborn !== 'ignore';
  if (head !== undefined && isHeadWanted && (head.id !== undefined || (isUnbornTold && head.symrefTarget !== undefined))) {
    out.line(formatListedRef(listed({ name: 'HEAD', ...head })));
  }
  for (const prefix of coveringPrefixes(prefixes)) {
    for (const ref of session.refs.entries(prefix)) {
      out.line(formatListedRef(listed(ref)));
      if (out.isFull) yield* send(out.take());
    }
  }
  yield* send(out.raw(FLUSH_PACKET).take());

  function listed(ref: { readonly name: string; readonly id: ObjectId | undefined } & Pick<VisibleRef, 'symrefTarget'>): ListedRef {
    return {
      name: ref.name,
      id: ref.id,
      symrefTarget: request.symrefs ? ref.symrefTarget : undefined,
      peeled: request.peel && ref.id !== undefined ? session.refs.findPeeled(ref.id) : undefined,
    };
  }
}

/**
 * Prefixes of refs under `refs/` that together match the same, none of them covered by another, in order: so each
 * ref is met once, and finding them costs as much as there are to find.
 */
function coveringPrefixes(prefixes: readonly string[]): string[] {
  if (prefixes.length === 0) return ['refs/'];
  const relevant = prefixes.map((prefix) => ('refs/'.startsWith(prefix) ? 'refs/' : prefix));
  const covering: string[] = [];
  for (const prefix of relevant.filter((text) => text.startsWith('refs/')).sort()) {
    const last = covering.at(-1);
    if (last === undefined || !prefix.startsWith(last)) covering.push(prefix);
  }
  return covering;
}

function* answerObjectInfo(session: UploadSession, lines: readonly string[]): Conversation<void> {
  const { objects, algorithm } = session.served.snapshot;
  const request = parseObjectInfoArguments(lines, algorithm);
  const out = new PacketWriter();
  if (request.size && request.ids.length > 0) out.line('size');
  for (const id of request.ids) {
    const info: ObjectInfo = { id, size: objects.findHeader(id)?.size };
    out.line(formatObjectInfo(info, request.size));
    if (out.isFull) yield* send(out.take());
  }
  yield* send(out.raw(FLUSH_PACKET).take());
}

function* readFetch(session: UploadSession, hasArguments: boolean): Conversation<FetchRequest> {
  const { config } = session;
  const request = new FetchRequest(session.served.snapshot.algorithm);
  const features = {
    filter: config.allowFilter, refInWant: config.allowRefInWant, sidebandAll: config.allowSidebandAll,
  };
  while (hasArguments) {
    const packet = yield* readPacket();
    if (packet?.kind === 'flush') break;
    if (packet?.kind !== 'data') throw missingFlush(packet, 'fetch');
    takeFetchArgument(request, packetText(packet.payload), features);
  }
  return request;
}

function* answerFetch(session: UploadSession, request: FetchRequest): Conversation<void> {
  const { snapshot } = session.served;
  session.phase = { kind: 'packets', sidebandAll: request.sidebandAll };
  const filter = request.filter === undefined ? undefined : readAllowedFilter(request.filter, session.config);
  for (let i = 0; i < request.wants.count; i++) session.mustHave(request.wants.idAt(i));
  const wantedRefs = resolveWantedRefs(session, request);
  const { wants } = request;
  if (wants.count === 0 && !request.waitForDone) return;
  const wantIds = Array.from({ length: wants.count }, (_, index) => wants.idAt(index));
  const negotiation = makeNegotiation(session, request, wantIds);
  const out = new PacketWriter();
  const line = (text: string): void => {
    out.line(request.sidebandAll ? `\x01${text}` : text);
  };
  if (request.haves.count > 0 && !request.done) {
    line('acknowledgments\n');
    if (negotiation.common.length === 0) line(formatAcknowledgment({ kind: 'nak' }));
    for (const id of negotiation.common) line(formatAcknowledgment({ kind: 'ack', id, status: undefined }));
    const isReady = !request.waitForDone && (yield* runStep(negotiation.isReady()));
    if (!isReady) {
      yield* send(out.raw(FLUSH_PACKET).take());
      return;
    }
    line(formatAcknowledgment({ kind: 'ready' }));
    out.raw(DELIM_PACKET);
  }
  if (wantedRefs.length > 0) {
    line('wanted-refs\n');
    for (const ref of wantedRefs) line(formatWantedRef(ref));
    out.raw(DELIM_PACKET);
  }
  const shallowPlan = yield* runStep(planShallow({
    snapshot, graph: session.graph, refs: session.refs, request, wants: wantIds, tellsOwnBoundary: true,
  }));
  if (shallowPlan.change !== undefined) {
    line('shallow-info\n');
    for (const text of formatShallowChange(shallowPlan.change)) line(text);
    out.raw(DELIM_PACKET);
  }
  line('packfile\n');
  yield* send(out.take());
  yield* sendPack(session, {
    request, wants: wantIds, haves: negotiation.common, shallowPlan, filter,
    sidebandPacketSize: SIDEBAND_64K_PACKET_SIZE,
  });
}

function resolveWantedRefs(session: UploadSession, request: FetchRequest): WantedRef[] {
  const seen = new Set<string>();
  return request.wantRefs.map((name) => {
    const id = name === 'HEAD' ? session.refs.findHead()?.id : session.refs.findId(name);
    if (id === undefined) throw protocolError(`unknown ref ${shown(name)}`);
    if (seen.has(name)) throw protocolError(`duplicate want-ref ${shown(name)}`);
    seen.add(name);
    request.addWant(id);
    return { name, id };
  });
}

function makeNegotiation(session: UploadSession, request: FetchRequest, wants: readonly ObjectId[]): Negotiation {
  const { haves, shallows } = request;
  const shallow = new Set(Array.from({ length: shallows.count }, (_, index) => shallows.idAt(index)));
  const negotiation = new Negotiation({ graph: session.graph, objects: session.served.snapshot.objects, shallow });
  for (const id of wants) negotiation.addWant(id);
  for (let i = 0; i < haves.count; i++) negotiation.addHave(haves.idAt(i));
  return negotiation;
}
