import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { GovcError } from '../errors.js';
import { formatCapability, sanitizeAgent } from './capabilities.js';
import { protocolError, readPacket, send, type Conversation } from './conversation.js';
import type { CapabilityAdvertisement, Greeting } from './greeting.js';
import { encodeLsRefsCommand, parseListedRef, type ListedRef, type LsRefsRequest } from './ls-refs.js';
import { packetText } from './packet.js';
import type { RefAdvertisement } from './ref-advertisement.js';

/** Who asks, in each request. */
export interface ClientIdentity {
  /** Product and version, such as `govc/1.0`. */
  readonly agent: string;
  /** `--server-option`s, sent where the server takes them. */
  readonly serverOptions: readonly string[];
}

/**
 * The refs of a server. Version 2 is asked for them; versions 0 and 1 told them all in the greeting, so `request.prefixes` may be
 * without effect.
 *
 * @throws {GovcError} protocol-error, limit-exceeded
 */
export function* listRemoteRefs(greeting: Greeting, request: LsRefsRequest, client: ClientIdentity): Conversation<ListedRef[]> {
  if (greeting.version !== 2) return listedRefs(greeting);
  const features = greeting.capabilities.value('ls-refs')?.split(' ') ?? [];
  const asked = { ...request, unborn: request.unborn && features.includes('unborn') };
  yield* send(encodeLsRefsCommand(asked, commandCapabilities(greeting, client)));
  const refs: ListedRef[] = [];
  for (;;) {
    const packet = yield* readPacket();
    if (packet?.kind === 'flush') return refs;
    if (packet?.kind !== 'data') throw protocolError('expected flush after ref listing');
    const line = packetText(packet.payload);
    if (line.startsWith('ERR ')) throw protocolError(`remote error: ${line.slice('ERR '.length)}`);
    refs.push(parseListedRef(line, greeting.algorithm));
    if (refs.length > LIMITS.remoteRefCount.value) {
      throw new GovcError('limit-exceeded', `A remote may list at most ${LIMITS.remoteRefCount.value} refs.`, { limit: 'remoteRefCount' });
    }
  }
}

/** The capability lines of a command of version 2. */
export function commandCapabilities({ algorithm, capabilities }: CapabilityAdvertisement, { agent, serverOptions }: ClientIdentity): string[] {
  const lines: string[] = [];
  if (capabilities.has('agent')) lines.push(formatCapability({ name: 'agent', value: sanitizeAgent(agent) }));
  if (capabilities.has('object-format')) lines.push(formatCapability({ name: 'object-format', value: algorithm.name }));
  if (capabilities.has('server-option')) for (const option of serverOptions) lines.push(`server-option=${option}`);
  else if (serverOptions.length > 0) throw protocolError("server options require protocol version 2 or later and a server that takes them");
  return lines;
}

/** The advertisement of versions 0 and 1 in the form of version 2. */
function listedRefs({ refs, capabilities }: RefAdvertisement): ListedRef[] {
  const targets = new Map<string, string>();
  for (const value of capabilities.values('symref')) {
    const colon = value.indexOf(':');
    if (colon > 0) targets.set(value.slice(0, colon), value.slice(colon + 1));
  }
  const peeled = new Map<string, ObjectId>();
  for (const { name, id } of refs) if (name.endsWith('^{}')) peeled.set(name.slice(0, -3), id);
  return refs
    .filter(({ name }) => !name.endsWith('^{}') && name !== '.have')
    .map(({ name, id }) => ({ name, id, symrefTarget: targets.get(name), peeled: peeled.get(name) }));
}

/** Whether a server of any version can do something: a capability of its own, or a feature of its `fetch` command. */
export function offersFetchFeature(greeting: Greeting, name: string): boolean {
  if (greeting.version !== 2) return greeting.capabilities.has(name);
  return greeting.capabilities.value('fetch')?.split(' ').includes(name) === true;
}

