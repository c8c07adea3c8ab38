import { wildmatchText } from '@govc/core/plumbing';
import { defaultRemoteName, listRemote } from '@govc/core/protocol';

import type { Command } from '../command.js';
import { die, endWith } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { anonymous, namedRemote } from '../remote/named-remote.js';
import { AGENT } from '../remote/serve.js';
import { transportTo } from '../remote/transport.js';
import { defaultAlgorithm } from '../session/default-algorithm.js';

const USAGE = ['git ls-remote [--heads] [--tags] [--refs] [--upload-pack=<exec>]\n              [-q | --quiet] [--exit-code] [--get-url] [--sort=<key>]\n              [--symref] [<repository> [<refs>...]]'];

/** `git ls-remote`. */
export const lsRemoteCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isQuiet: false, heads: false, tags: false, refsOnly: false, url: false, exitCode: false, symref: false, uploadPack: undefined as string | undefined, options: [] as string[], sort: undefined as string | undefined };
  const rest = parseOptions(args, { io, usage: USAGE, stopsAtArgument: true, options: [
    flag('q|quiet', 'do not print remote URL', (isOn) => { seen.isQuiet = isOn; }),
    value('upload-pack', 'exec', 'path of git-upload-pack on the remote host', (text) => { seen.uploadPack = text; }),
    value('exec', 'exec', 'path of git-upload-pack on the remote host', (text) => { seen.uploadPack = text; }, { isHidden: true }),
    flag('t|tags', 'limit to tags', (isOn) => { seen.tags = isOn; }),
    flag('h|heads', 'limit to heads', (isOn) => { seen.heads = isOn; }),
    flag('refs', 'do not show peeled tags', (isOn) => { seen.refsOnly = isOn; }),
    flag('get-url', 'take url.<base>.insteadOf into account', (isOn) => { seen.url = isOn; }),
    value('sort', 'key', 'field name to sort on', (text) => { seen.sort = text; }),
    flag('exit-code', 'exit with exit code 2 if no matching refs are found', (isOn) => { seen.exitCode = isOn; }),
    flag('symref', 'show underlying ref in addition to the object pointed by it', (isOn) => { seen.symref = isOn; }),
    value('o|server-option', 'server-specific', 'option to transmit', (text) => { if (text !== undefined) seen.options.push(text); }),
  ] });
  const session = await context.findSession();
  const config = await context.config();
  const algorithm = session?.algorithm ?? defaultAlgorithm(io.env);
  const [name = defaultRemoteName(config, session === undefined ? undefined : currentBranch(session)), ...patterns] = rest;
  const { fetchUrl, isConfigured, remote } = namedRemote(config, name, algorithm);
  if (!isConfigured && rest.length === 0) die('No remote configured to list refs from.');
  if (seen.url) {
    writeText(io.stdout, `${fetchUrl}\n`);
    return 0;
  }
  const connect = await transportTo(context, config, fetchUrl, { remote, uploadPack: seen.uploadPack });
  const prefixes = patterns.length > 0 ? [] : [...(seen.heads ? ['refs/heads/'] : []), ...(seen.tags ? ['refs/tags/'] : [])];
  const { refs } = await listRemote({ connect, prefixes, agent: AGENT, serverOptions: seen.options, onDiagnostic: (bytes) => void io.stderr.write(bytes) });
  if (!seen.isQuiet && rest.length === 0) io.stderr.write(`From ${anonymous(fetchUrl)}\n`);
  let count = 0;
  const isWanted = (ref: string): boolean => {
    if (seen.refsOnly && !ref.startsWith('refs/')) return false;
    if ((seen.heads || seen.tags) && !(seen.heads && ref.startsWith('refs/heads/')) && !(seen.tags && ref.startsWith('refs/tags/'))) return false;
    return patterns.length === 0 || patterns.some((pattern) => wildmatchText(`*/${pattern}`, `/${ref}`));
  };
  for (const ref of refs) {
    const lines = ref.peeled === undefined || seen.refsOnly ? [[ref.name, ref.id]] : [[ref.name, ref.id], [`${ref.name}^{}`, ref.peeled]];
    for (const [shown, id] of lines) {
      if (shown === undefined || id === undefined || !isWanted(shown)) continue;
      count++;
      if (seen.symref && ref.symrefTarget !== undefined && shown === ref.name) writeText(io.stdout, `ref: ${ref.symrefTarget}\t${shown}\n`);
      writeText(io.stdout, `${id}\t${shown}\n`);
    }
  }
  if (seen.exitCode && count === 0) endWith(2);
  return 0;
};

function currentBranch({ repository }: { readonly repository: { head(): { readonly ref: string | undefined } } }): string | undefined {
  return repository.head().ref?.replace(/^refs\/heads\//, '');
}
