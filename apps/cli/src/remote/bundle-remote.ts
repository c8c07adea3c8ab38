/** Bundles in the place of repositories (git-bundle): `git clone work.bundle`, `git fetch ../work.bundle`. */
import { GovcError } from '@govc/core';
import { losslessTextFromBytes, type BundleHeader, type BundlePrerequisite } from '@govc/core/plumbing';
import { connectBundle, type Connect } from '@govc/core/protocol';

import type { CommandIo } from '../io.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';

/**
 * Connections to the bundle at a path; `undefined` where no bundle is.
 *
 * @param session the repository that asks, whose commits the bundle may build on
 */
export function findBundle(io: CommandIo, path: string, session: Session | undefined): Connect | undefined {
  const place = absolutePath(io.cwd, path);
  if (io.files.kindAt(place) !== 'file') return undefined;
  const bytes = io.files.readFile(place)!;
  if (!isBundle(bytes)) return undefined;
  return (request) => Promise.resolve(connectBundle(bytes, { ...request, onWant: (header) => mustHave(io, header, session) }));
}

function mustHave(io: CommandIo, header: BundleHeader, session: Session | undefined): void {
  const { missing, unreachable } = session === undefined ? { missing: header.prerequisites, unreachable: [] } : session.repository.checkBundle(header);
  const lacking = [...missing, ...unreachable];
  if (lacking.length === 0) return;
  io.stderr.write(lacksText(lacking));
  throw new GovcError('bundle-prerequisite-missing', 'remote transport reported error', { missing: lacking.map(({ id }) => id) });
}

/** Whether bytes begin as a bundle does. */
export function isBundle(bytes: Uint8Array): boolean {
  return /^# v\d+ git bundle\n/.test(losslessTextFromBytes(bytes.subarray(0, 32)));
}

/** What Git says of commits that a bundle builds on and that are not here. */
export function lacksText(lacking: readonly BundlePrerequisite[]): string {
  return `error: Repository lacks these prerequisite commits:\n${lacking.map(({ id }) => `error: ${id} \n`).join('')}`;
}
