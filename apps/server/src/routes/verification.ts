import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

import { SshVerifier, type SignatureCheck, type Verifier, type View } from '@govc/core';

import type { Schema } from '../http/validate.js';

/** What is known of a signature, in GitHub's shape. */
export const VERIFICATION: Schema = {
  type: 'object', required: ['verified', 'reason', 'signature', 'payload'],
  properties: {
    verified: { type: 'boolean', description: 'Whether it is over these bytes and by an allowed signer.' },
    reason: {
      type: 'string', enum: ['valid', 'unsigned', 'invalid', 'unknown_key', 'expired_key', 'revoked_key', 'gpgverify_unavailable', 'unknown_signature_type'],
    },
    signature: { type: ['string', 'null'] },
    payload: { type: ['string', 'null'], description: 'What was signed.' },
    signer: { type: 'string' }, key: { type: 'string', description: 'The fingerprint of the key.' },
  },
};

const REASONS: Readonly<Record<SignatureCheck['state'], string>> = {
  'good': 'valid', 'unknown': 'unknown_key', 'bad': 'invalid', 'expired': 'expired_key', 'revoked': 'revoked_key', 'missing-key': 'gpgverify_unavailable', 'none': 'unsigned',
};

/**
 * What is to be thought of the signature of a commit or tag. SSH signatures are checked against the file that `gpg.ssh.allowedSignersFile` of
 * the repository names; without it a right one is of an unknown key. Those of OpenPGP and X.509 need programs and keys that a server does not have.
 */
export async function verificationOf(view: View, id: string) {
  const allowed = await readAllowedSigners(view);
  let found: Parameters<Verifier['verify']>[0] | undefined;
  const check = await view.verifySignature(id, {
    async verify(part, context) {
      found = part;
      if (isSsh(part.signature)) return new SshVerifier(allowed).verify(part, context);
      return { ...UNCHECKED, format: undefined };
    },
  });
  const { state, signer, fingerprint } = check;
  const text = (bytes: Uint8Array | undefined): string | null => bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
  const isKnownKind = found === undefined || /^-----BEGIN (SSH SIGNATURE|PGP|SIGNED MESSAGE)/.test(text(found.signature.subarray(0, 40)) ?? '');
  return {
    verified: state === 'good', reason: isKnownKind ? REASONS[state] : 'unknown_signature_type', signature: text(found?.signature), payload: text(found?.payload),
    ...(signer === undefined ? {} : { signer }), ...(fingerprint === undefined ? {} : { key: fingerprint }),
  };
}

const UNCHECKED: SignatureCheck = {
  state: 'missing-key', format: undefined, signer: undefined, key: undefined, fingerprint: undefined, primaryFingerprint: undefined, trust: 'undefined',
  output: 'Nobody here can check it.',
};

const FILE_SIZE_MAX = 1024 * 1024;

async function readAllowedSigners({ snapshot }: View): Promise<string> {
  const path = snapshot.config.get('gpg.ssh.allowedsignersfile');
  if (path === undefined || !isAbsolute(path)) return '';
  try {
    const bytes = await readFile(path);
    return bytes.length > FILE_SIZE_MAX ? '' : bytes.toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'ENOTDIR') return '';
    throw error;
  }
}

function isSsh(signature: Uint8Array): boolean {
  return Buffer.from(signature.subarray(0, 29)).toString('latin1') === '-----BEGIN SSH SIGNATURE-----';
}
