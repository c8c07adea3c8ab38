import { GovcError } from '../errors.js';
import { parseBundleHeader, type BundleHeader } from '../history/bundle-header.js';
import { encodeTextPacket, FLUSH_PACKET, PacketDecoder, packetText } from '../protocol/packet.js';
import type { Connection, ConnectRequest } from './connection.js';
import { PieceQueue } from './piece-queue.js';

/** How a bundle is spoken for. */
export interface BundleRequest extends Pick<ConnectRequest, 'service'> {
  /** Told before the pack goes out; what it throws ends the conversation. */
  readonly onWant?: ((header: BundleHeader) => void) | undefined;
}

/** So many bytes of the pack are given at once. */
const PIECE_SIZE = 64 * 1024;

/**
 * A line to a bundle (gitformat-bundle), so that it is fetched and cloned from as from a repository: its refs are advertised in version
 * 0 of the protocol, and whatever is wanted, the answer is its pack. What the bundle builds on has to be in the repository that asks.
 *
 * @param bytes the whole bundle
 * @throws {GovcError} bundle-invalid; unsupported: it cannot be pushed to
 */
export function connectBundle(bytes: Uint8Array, { service, onWant }: BundleRequest): Connection {
  if (service !== 'git-upload-pack') throw new GovcError('unsupported', 'A bundle cannot be pushed to.', { service });
  const { header, pack } = parseBundleHeader(bytes);
  const input = new PieceQueue();
  const conversation = new BundleConversation(input, pack, () => onWant?.(header));
  const greeted = advertise(input, header);
  return {
    isStateless: false,
    input,
    send: async (sent) => {
      await greeted;
      await conversation.take(sent);
    },
    close: () => {
      input.end();
      return Promise.resolve();
    },
  };
}

async function advertise(input: PieceQueue, { refs, algorithm, filter }: BundleHeader): Promise<void> {
  const capabilities = `thin-pack ofs-delta${filter === undefined ? '' : ' filter'} object-format=${algorithm.name}`;
  const zero = '0'.repeat(algorithm.hexSize);
  const [first, ...others] = refs;
  await input.push(encodeTextPacket(`${first === undefined ? `${zero} capabilities^{}` : `${first.id} ${first.name}`}\0${capabilities}`));
  for (const { id, name } of others) await input.push(encodeTextPacket(`${id} ${name}`));
  await input.push(FLUSH_PACKET);
}

/** The answering side: each flush after the wants is told that nothing is known to be shared, and `done` brings the pack. */
class BundleConversation {
  readonly #output: PieceQueue;
  readonly #pack: Uint8Array;
  readonly #decoder = new PacketDecoder();
  readonly #check: () => void;
  #isWanting = true;
  #wants = 0;

  constructor(output: PieceQueue, pack: Uint8Array, check: () => void) {
    this.#output = output;
    this.#check = check;
    this.#pack = pack;
  }

  async take(bytes: Uint8Array): Promise<void> {
    this.#decoder.push(bytes);
    for (let packet = this.#decoder.next(); packet !== undefined; packet = this.#decoder.next()) {
      if (packet.kind === 'data' && this.#isWanting) this.#wants++;
      if (packet.kind === 'flush') {
        if (this.#isWanting && this.#wants > 0) this.#check();
        if (!this.#isWanting) await this.#output.push(encodeTextPacket('NAK'));
        this.#isWanting = false;
      } else if (packet.kind === 'data' && packetText(packet.payload) === 'done') {
        await this.#output.push(encodeTextPacket('NAK'));
        this.#sendPack();
      }
    }
  }

  /** Not waited for: who asks reads only when it has said everything. */
  #sendPack(): void {
    const pieces = async (): Promise<void> => {
      for (let at = 0; at < this.#pack.length; at += PIECE_SIZE) await this.#output.push(this.#pack.subarray(at, at + PIECE_SIZE));
      this.#output.end();
    };
    pieces().catch(() => this.#output.cancel());
  }
}
