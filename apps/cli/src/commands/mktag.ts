import { fsckObject, scanTagTarget } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll, writeText } from '../print/output.js';

const USAGE = ['git mktag'];

/** `git mktag`. */
export const mktagCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isStrict: true };
  parseOptions(args, { io, usage: USAGE, options: [flag('strict', 'enable more strict checking', (isOn) => { seen.isStrict = isOn; })] });
  const session = await context.session();
  const body = await readAll(io.stdin);
  const findings = fsckObject('tag', body, session.algorithm, { strict: seen.isStrict });
  let isBroken = false;
  for (const { id, severity, message } of findings) {
    const isError = severity === 'error' || severity === 'fatal' || seen.isStrict;
    isBroken ||= isError;
    io.stderr.write(`${isError ? 'error' : 'warning'}: tag input does not pass fsck: ${message.startsWith(`${id}:`) ? message : `${id}: ${message}`}\n`);
  }
  if (isBroken) die('tag on stdin did not pass our strict fsck check');
  const { id, type } = scanTagTarget(body, session.algorithm);
  const actual = session.context.snapshot.objects.findHeader(id)?.type;
  if (actual === undefined) die(`could not read tagged object '${id}'`);
  if (actual !== type) {
    die(`object '${id}' tagged as '${type}', but is a '${actual}' type`);
  }
  writeText(io.stdout, `${session.repository.writeObject('tag', body)}\n`);
  return 0;
};
