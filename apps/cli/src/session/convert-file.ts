/** The bytes of a file as they are stored: line ends and encodings by attributes and configuration. */
import type { Session } from './session.js';

/** What `git add` would store for the bytes of a file at a path. Programs as filters are not run here. */
export function convertForStorage(session: Session, path: string, bytes: Uint8Array): Uint8Array {
  const setting = session.config.get('core.autocrlf')?.toLowerCase();
  if (path === '' || setting === undefined || !/^(?:true|yes|on|1|input)$/.test(setting)) return bytes;
  if (bytes.subarray(0, 8000).includes(0)) return bytes;
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
}
