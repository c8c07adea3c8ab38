/** The file of `git credential-store`: one URL a line, with what is special in it percent-encoded. */
import { bytesFromLosslessText, losslessTextFromBytes } from '@govc/core/plumbing';

import type { FilesHost } from '../session/files-host.js';

/** One line of the file. */
export interface StoredCredential {
  readonly protocol: string | undefined;
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly username: string;
  readonly password: string;
}

/** What is known of a line that is looked for. */
export type CredentialPattern = { readonly [Key in keyof StoredCredential]?: StoredCredential[Key] | undefined };

/** Reads and rewrites such a file. */
export class CredentialFile {
  readonly #files: FilesHost;
  readonly #path: string;

  constructor(files: FilesHost, path: string) {
    this.#files = files;
    this.#path = path;
  }

  get exists(): boolean {
    return this.#files.kindAt(this.#path) === 'file';
  }

  /** The first line that fits what is known. */
  find(wanted: CredentialPattern): StoredCredential | undefined {
    return this.#lines().map(parseLine).find((line) => line !== undefined && fits(line, wanted));
  }

  /** Puts a line before the others; those that speak of the same are taken out. */
  store(credential: StoredCredential): void {
    const kept = this.#lines().filter((line) => !isFor(line, { ...credential, password: undefined }));
    this.#replace([serializeLine(credential), ...kept]);
  }

  /** Takes out the lines that fit. */
  erase(wanted: CredentialPattern): void {
    if (!this.exists) return;
    this.#replace(this.#lines().filter((line) => !isFor(line, wanted)));
  }

  #lines(): string[] {
    const bytes = this.#files.readFile(this.#path);
    return bytes === undefined ? [] : losslessTextFromBytes(bytes).split('\n').filter((line) => line !== '');
  }

  #replace(lines: readonly string[]): void {
    this.#files.writePrivateFile(this.#path, bytesFromLosslessText(lines.map((line) => `${line}\n`).join('')));
  }
}

function isFor(line: string, wanted: CredentialPattern): boolean {
  const parsed = parseLine(line);
  return parsed !== undefined && fits(parsed, wanted);
}

function fits(line: StoredCredential, wanted: CredentialPattern): boolean {
  return (['protocol', 'host', 'path', 'username', 'password'] as const).every((key) => wanted[key] === undefined || wanted[key] === line[key]);
}

function parseLine(line: string): StoredCredential | undefined {
  const match = /^([^:/]+):\/\/([^:@/]*):([^@/]*)@([^/]*)(?:\/(.*))?$/.exec(line);
  if (match === null) return undefined;
  const [, protocol, username = '', password = '', host = '', path = ''] = match;
  const text = (encoded: string): string => losslessTextFromBytes(percentDecoded(encoded));
  return {
    protocol, username: text(username), password: text(password), host: host === '' ? undefined : text(host), path: path === '' ? undefined : text(path).replace(/\/+$/, ''),
  };
}

function serializeLine({ protocol, username, password, host, path }: StoredCredential): string {
  const encodedPath = path === undefined ? '' : `/${percentEncoded(path, true)}`;
  return `${protocol ?? ''}://${percentEncoded(username)}:${percentEncoded(password)}@${host === undefined ? '' : percentEncoded(host)}${encodedPath}`;
}

function percentEncoded(text: string, keepsSlashes = false): string {
  let encoded = '';
  for (const byte of bytesFromLosslessText(text)) {
    const letter = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9._~-]/.test(letter) || (keepsSlashes && letter === '/');
    encoded += isPlain ? letter : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}

function percentDecoded(text: string): Uint8Array {
  const bytes = bytesFromLosslessText(text);
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const hex = bytes[at] === 0x25 ? String.fromCharCode(...bytes.subarray(at + 1, at + 3)) : '';
    const isEscape = /^[0-9a-fA-F]{2}$/.test(hex);
    out.push(isEscape ? Number.parseInt(hex, 16) : bytes[at]!);
    if (isEscape) at += 2;
  }
  return Uint8Array.from(out);
}
