import type { RefName } from '@govc/core';
import { bytesFromLosslessText, findRefId, findThroughTags } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import type { Session } from '../session/session.js';

const USAGE = ['git update-server-info [-f | --force]'];

/** `git update-server-info`: what dumb transports read in the place of asking. */
export const updateServerInfoCommand: Command = async (args, context) => {
  const options = [flag('f|force', 'update the info files from scratch', () => undefined)];
  if (parseOptions(args, { io: context.io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  const session = await context.session();
  await session.repository.flush();
  const { commonFiles } = session;
  commonFiles.write('info/refs', bytesFromLosslessText(dumbRefs(session)), {});
  commonFiles.write('objects/info/packs', bytesFromLosslessText(dumbPacks(session)), {});
  return 0;
};

/** The refs below `refs/`, tags with what they end at: gitrepository-layout(5), "info/refs". */
export function dumbRefs({ repository }: Session): string {
  const { snapshot } = repository.storedContext;
  let text = '';
  for (const [name] of snapshot.refs.entries('refs/')) {
    const id = findRefId(snapshot.refs, name as RefName);
    if (id === undefined) continue;
    text += `${id}\t${name}\n`;
    const peeled = snapshot.objects.findHeader(id)?.type === 'tag' ? findThroughTags(snapshot, id) : undefined;
    if (peeled !== undefined) text += `${peeled.id}\t${name}^{}\n`;
  }
  return text;
}

/** The packs, as gitrepository-layout(5) says of "objects/info/packs". */
export function dumbPacks({ commonFiles }: Session): string {
  const names = (commonFiles.list('objects/pack') ?? []).filter((name) => name.endsWith('.pack')).sort();
  return `${names.map((name) => `P ${name}\n`).join('')}\n`;
}
