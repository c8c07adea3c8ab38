import { blame, runJob } from '@govc/core/plumbing';

import { readBlameArguments } from '../blame/blame-settings.js';
import { findBlameSource } from '../blame/blame-source.js';
import { BlamePrinter } from '../blame/blame-text.js';
import type { Command } from '../command.js';
import { die } from '../failure.js';

/** `git blame` and `git annotate`. */
export const blameCommand: Command = async (args, context) => {
  const session = await context.session();
  const parsed = readBlameArguments(args, context, session.config);
  const { settings } = parsed;
  if (settings.progress === true && (settings.isIncremental || settings.porcelain !== 'no')) die("--progress can't be used with --incremental or porcelain formats");
  const source = await findBlameSource(session, parsed);
  const result = runJob(blame(source.request));
  new BlamePrinter(session, settings, { source, result }).print();
  if (settings.showsStats) {
    session.io.stdout.write(`num read blob: ${result.ranges.length}\nnum get patch: 0\nnum commits: ${new Set(result.ranges.map(({ commit }) => commit)).size}\n`);
  }
  return 0;
};
