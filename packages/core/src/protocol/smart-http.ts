import { concatBytes } from '../bytes/compare.js';
import { encodeTextPacket, FLUSH_PACKET } from './packet.js';

/**
 * What smart HTTP puts before the advertisement of versions 0 and 1: the service's name and a flush (gitprotocol-http).
 *
 * @param service `git-upload-pack` or `git-receive-pack`
 */
export function encodeServiceHeader(service: string): Uint8Array {
  return concatBytes([encodeTextPacket(`# service=${service}\n`), FLUSH_PACKET]);
}

/** The version that a `Git-Protocol` header or the variable `GIT_PROTOCOL` asks for: the highest that is known. */
export function parseProtocolVersion(text: string | undefined): 0 | 1 | 2 {
  let version: 0 | 1 | 2 = 0;
  for (const part of text?.split(':') ?? []) {
    if (part === 'version=2') version = 2;
    else if (part === 'version=1' && version < 1) version = 1;
  }
  return version;
}
