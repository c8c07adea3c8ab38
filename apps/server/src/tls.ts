import type { TlsFiles } from './config.js';
import { ServerError } from './errors.js';

/** Certificate and key as they were read together. */
export interface TlsIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Reads certificate and key.
 *
 * @throws {ServerError} config-value-invalid: one of them cannot be read
 */
export function readTlsIdentity({ certFile, keyFile }: TlsFiles, readFile: (path: string) => Uint8Array | undefined): TlsIdentity {
  return { cert: mustRead(certFile, 'server.tls.cert_file', readFile), key: mustRead(keyFile, 'server.tls.key_file', readFile) };
}

/** Whether two identities are the same bytes. */
export function isSameIdentity(one: TlsIdentity, other: TlsIdentity): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key);
}

function mustRead(path: string, name: string, readFile: (path: string) => Uint8Array | undefined): Buffer {
  const bytes = readFile(path);
  if (bytes !== undefined) return Buffer.from(bytes);
  throw new ServerError('config-value-invalid', `${name}: the file ${path} cannot be read.`, { name, path });
}
