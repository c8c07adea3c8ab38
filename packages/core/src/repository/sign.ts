import { GovcError } from '../errors.js';
import { concatBytes } from '../bytes/compare.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseCommit, type Commit } from '../object/commit.js';
import { serializeHeaderBlock } from '../object/headers.js';
import { parseIdentity } from '../object/identity.js';
import { commitPayload, findCommitSignature, findTagSignature, signatureHeader, type SignedPart } from '../object/signature.js';
import { parseTag } from '../object/tag.js';
import type { Snapshot } from '../store/snapshot.js';

/** Makes signatures: a program, or a key in memory. */
export interface Signer {
  /** The armored signature over a payload. @throws {GovcError} signature-failed */
  sign(payload: Uint8Array): Promise<Uint8Array>;
}

/** Makes signatures without waiting, so that verbs can sign what they commit. */
export interface ImmediateSigner {
  /** The armored signature over a payload. @throws {GovcError} signature-failed */
  signNow(payload: Uint8Array): Uint8Array;
}

/** A signer, or `false`: nothing is signed, whatever the configuration says. */
export type SignerChoice = ImmediateSigner | false;

/** What says who signs. */
export interface SigningContext {
  readonly snapshot: Pick<Snapshot, 'config'>;
  /** The signer of the repository, which signs where the configuration says so. */
  readonly signer?: ImmediateSigner | undefined;
}

/** Who signs a new commit: who was chosen, or with `commit.gpgSign` the signer of the repository. @throws {GovcError} config-invalid */
export function commitSigner({ snapshot, signer }: SigningContext, choice: SignerChoice | undefined): ImmediateSigner | undefined {
  if (choice !== undefined) return choice === false ? undefined : choice;
  return signer !== undefined && snapshot.config.getBool('commit.gpgsign', false) ? signer : undefined;
}

/** The same for an annotated tag: `tag.gpgSign` or `tag.forceSignAnnotated`. @throws {GovcError} config-invalid */
export function tagSigner({ snapshot: { config }, signer }: SigningContext, choice: SignerChoice | undefined): ImmediateSigner | undefined {
  if (choice !== undefined) return choice === false ? undefined : choice;
  const signs = config.getBool('tag.gpgsign', false) || config.getBool('tag.forcesignannotated', false);
  return signs ? signer : undefined;
}

/** Checks signatures. */
export interface Verifier {
  /** What is to be thought of a signature over a payload. @throws {GovcError} signature-failed: the check could not be made. */
  verify(part: SignedPart, context: VerifyContext): Promise<SignatureCheck>;
}

/** What a check needs to know beside the bytes. */
export interface VerifyContext {
  /** When the signature is said to have been made, in seconds since 1970: the date of the commit or tag. */
  readonly timeSeconds: number;
}

/** The result of a check. */
export interface SignatureCheck {
  /**
   * `good`: right and by a known signer; `unknown`: right, but the key is nobody's that is known; `bad`: not over these bytes, or
   * malformed; `expired`: right, but the signature or key was not valid then; `revoked`; `missing-key`: cannot be
   * checked without the key; `none`: there is no signature.
   */
  readonly state: 'good' | 'unknown' | 'bad' | 'expired' | 'revoked' | 'missing-key' | 'none';
  readonly format: 'openpgp' | 'ssh' | 'x509' | undefined;
  /** The principal or user id; `undefined` where nobody is known. */
  readonly signer: string | undefined;
  /** The id of the key as its format shows it. */
  readonly key: string | undefined;
  readonly fingerprint: string | undefined;
  readonly primaryFingerprint: string | undefined;
  readonly trust: 'undefined' | 'never' | 'marginal' | 'fully' | 'ultimate';
  /** Why, for people; what a program said. */
  readonly output: string;
}

/** The format of an armored signature by its first line. */
export function signatureFormat(signature: Uint8Array): SignatureCheck['format'] {
  const start = latin1FromBytes(signature.subarray(0, 40));
  if (start.startsWith('-----BEGIN SSH SIGNATURE-----')) return 'ssh';
  if (start.startsWith('-----BEGIN SIGNED MESSAGE-----')) return 'x509';
  return /^-----BEGIN PGP (?:SIGNATURE|MESSAGE)-----/.test(start) ? 'openpgp' : undefined;
}

/** A check that found out nothing more than a state. */
export function plainCheck(state: SignatureCheck['state'], format: SignatureCheck['format'], output: string): SignatureCheck {
  return {
    state, format, output, signer: undefined, key: undefined, fingerprint: undefined, primaryFingerprint: undefined, trust: 'undefined',
  };
}

/** The body of a commit with a new signature, where Git puts it; older ones go. @throws {GovcError} signature-failed, object-corrupt */
export async function signCommitBody(body: Uint8Array, signer: Signer, algorithm: HashAlgorithm): Promise<Uint8Array> {
  const payload = commitPayload(parseCommit(body, algorithm));
  return joinSignature(payload, await signer.sign(payload), algorithm);
}

/** The body of a new commit, signed where there is a signer. @throws {GovcError} signature-failed */
export function commitBody(commit: Commit, signer: ImmediateSigner | undefined, algorithm: HashAlgorithm): Uint8Array {
  const body = commit.serialize();
  if (signer === undefined) return body;
  const payload = commitPayload(commit);
  return joinSignature(payload, signer.signNow(payload), algorithm);
}

/** The body of a new tag, signed where there is a signer. @throws {GovcError} signature-failed */
export function tagBody(body: Uint8Array, signer: ImmediateSigner | undefined): Uint8Array {
  return signer === undefined ? body : concatBytes([body, signer.signNow(body)]);
}

function joinSignature(payload: Uint8Array, signature: Uint8Array, algorithm: HashAlgorithm): Uint8Array {
  const commit = parseCommit(payload, algorithm);
  const headers = [...commit.headers, signatureHeader(signature, algorithm.name)];
  return serializeHeaderBlock({ headers, message: commit.message, ending: 'empty-line' });
}

/** The body of a tag with a new signature at its end; an older one goes. @throws {GovcError} signature-failed, object-corrupt */
export async function signTagBody(body: Uint8Array, signer: Signer, algorithm: HashAlgorithm): Promise<Uint8Array> {
  const payload = findTagSignature(parseTag(body, algorithm))?.payload ?? body;
  return Buffer.concat([payload, await signer.sign(payload)]);
}

/**
 * Checks the signature of a commit or tag.
 *
 * @throws {GovcError} object-missing; object-type-mismatch: it is neither; signature-failed
 */
export async function verifyObject(snapshot: Snapshot, id: ObjectId, verifier: Verifier): Promise<SignatureCheck> {
  const { algorithm } = snapshot;
  const object = snapshot.objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
  if (object.type !== 'commit' && object.type !== 'tag') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}; commits and tags are signed.`, { id });
  }
  let part: SignedPart | undefined;
  let timeSeconds: number;
  if (object.type === 'commit') {
    const commit = parseCommit(object.body, algorithm);
    part = findCommitSignature(commit, algorithm.name);
    timeSeconds = parseIdentity(commit.committerBytes).timeSeconds;
  } else {
    const tag = parseTag(object.body, algorithm);
    part = findTagSignature(tag);
    timeSeconds = tag.tagger?.timeSeconds ?? 0;
  }
  if (part === undefined) return plainCheck('none', undefined, 'There is no signature.');
  return verifier.verify(part, { timeSeconds });
}
