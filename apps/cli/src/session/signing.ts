/** Signatures of what commands make, by the program that the configuration names (git-config(1), `gpg.*`, `commit.gpgSign`). */
import { configuredSigner, GovcError } from '@govc/core';
import { commitBody, Config, serializeCommit, serializeTag, tagBody, type Commit, type Tag } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import type { Session } from './session.js';

/** What a command line says: `undefined` nothing, `false` do not, `true` do, a text: with this key. */
export type SigningWish = boolean | string | undefined;

/** Reads `-S[<key>]` and `--no-gpg-sign`. */
export function signingWish(text: string | undefined, isSet: boolean): SigningWish {
  return isSet ? text ?? true : false;
}

/** The bytes of a commit, signed where that is asked for or configured. @throws {Failure} the program failed */
export function commitBytes(session: Session, commit: Commit, wish: SigningWish): Uint8Array {
  const signs = wish ?? session.config.getBool('commit.gpgsign', false);
  if (signs === false) return serializeCommit(commit);
  return attempt('commit', () => commitBody(commit, signerOf(session, signs), session.algorithm));
}

/** The bytes of a tag; `tag.gpgSign` counts for tags that are annotated anyway. @throws {Failure} the program failed */
export function tagBytes(session: Session, tag: Tag, wish: SigningWish): Uint8Array {
  const signs = wish ?? session.config.getBool('tag.gpgsign', false);
  const body = serializeTag(tag);
  return signs === false ? body : attempt('tag', () => tagBody(body, signerOf(session, signs)));
}

function signerOf(session: Session, wish: true | string): ReturnType<typeof configuredSigner> {
  const { io } = session;
  const config = wish === true ? session.config : Config.from(session.config.entries(), [{ section: 'user', subsection: undefined, key: 'signingkey', value: wish, line: 0 }]);
  return configuredSigner(config, { env: definedOnly(io.env), home: io.env['HOME'], committer: session.identity('committer') });
}

function definedOnly(env: Session['io']['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])));
}

function attempt(what: 'commit' | 'tag', make: () => Uint8Array): Uint8Array {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof GovcError) || (error.code !== 'signature-failed' && error.code !== 'config-invalid')) throw error;
    const end = what === 'commit' ? 'fatal: failed to write commit object\n' : 'error: unable to sign the tag\n';
    throw new Failure(`error: ${error.message}\n${end}`, 128);
  }
}

