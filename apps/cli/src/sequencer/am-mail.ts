/** From files to patches one by one: mailboxes, Maildir, StGit and Mercurial exports. */
import { bytesFromLosslessText, losslessTextFromBytes, splitMailbox } from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { readAll } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';
import { AM, patchName, type AmState } from './am-state.js';
import type { Workplace } from './workplace.js';

/** How patches may be written down. */
export type PatchFormat = 'mbox' | 'mboxrd' | 'stgit' | 'stgit-series' | 'hg';

interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isBare: boolean;
}

/** Writes each patch to a file of its own, numbered from 1. @throws {Failure} */
export async function splitPatches(work: Workplace, state: AmState, request: { readonly paths: readonly string[]; readonly format: PatchFormat | undefined; readonly keepsCr: boolean }): Promise<void> {
  const sources = await readSources(work, request.paths);
  const format = request.format ?? detectFormat(work, request.paths, sources);
  if (format === undefined) throw new Failure('Patch format detection failed.\n', 128);
  work.files.makeDirectory(AM);
  work.remove('REBASE_HEAD');
  const mails = split(work, sources, { format, keepsCr: request.keepsCr });
  mails.forEach((mail, index) => { work.files.write(patchName(index + 1), mail); });
  state.current = 1;
  state.last = mails.length;
}

async function readSources(work: Workplace, paths: readonly string[]): Promise<Source[]> {
  const { io } = work.session;
  if (paths.length === 0) return [{ name: '-', bytes: await readAll(io.stdin), isBare: false }];
  const sources: Source[] = [];
  for (const name of paths) {
    const path = absolutePath(io.cwd, name);
    if (name === '-') {
      sources.push({ name, bytes: await readAll(io.stdin), isBare: false });
    } else if (io.files.kindAt(path) === 'directory') {
      for (const folder of ['cur', 'new']) {
        const mails = io.files.at(`${path}/${folder}`).list('') ?? [];
        for (const mail of mails.sort()) sources.push({ name: `${name}/${folder}/${mail}`, bytes: io.files.readFile(`${path}/${folder}/${mail}`)!, isBare: true });
      }
    } else {
      const bytes = io.files.readFile(path);
      if (bytes === undefined) die(`could not open '${name}' for reading: No such file or directory`);
      sources.push({ name, bytes, isBare: false });
    }
  }
  return sources;
}

function detectFormat(work: Workplace, paths: readonly string[], sources: readonly Source[]): PatchFormat | undefined {
  const { io } = work.session;
  const [first] = paths;
  if (first === undefined || first === '-' || io.files.kindAt(absolutePath(io.cwd, first)) === 'directory') return 'mbox';
  const lines = losslessTextFromBytes(sources[0]!.bytes).replace(/\r\n/g, '\n').split('\n');
  const at = lines.findIndex((line) => line !== '');
  const [one = '', two = '', three = ''] = at < 0 ? [] : lines.slice(at);
  if (/^From[: ]/.test(one) && (one.startsWith('From ') || one.startsWith('From: '))) return 'mbox';
  if (one.startsWith('# This series applies on GIT commit')) return 'stgit-series';
  if (one === '# HG changeset patch') return 'hg';
  if (one !== '' && two === '' && /^(?:From|Author|Date):/.test(three)) return 'stgit';
  return one !== '' && isMail(lines) ? 'mbox' : undefined;
}

/** Whether lines begin with headers of a mail. */
function isMail(lines: readonly string[]): boolean {
  for (const line of lines) {
    if (line === '') return true;
    if (/^[ \t]/.test(line)) continue;
    if (!/^[!-9;-~]+:/.test(line)) return false;
  }
  return true;
}

function split(work: Workplace, sources: readonly Source[], { format, keepsCr }: { readonly format: PatchFormat; readonly keepsCr: boolean }): Uint8Array[] {
  switch (format) {
    case 'mbox': case 'mboxrd':
      try {
        return sources.flatMap(({ bytes, isBare }) => splitMailbox(bytes, { allowsBare: true, keepsCr: keepsCr || isBare, isMboxrd: format === 'mboxrd' }));
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'mail-invalid') throw error;
        work.removeFolder(AM);
        return die('Failed to split patches.');
      }
    case 'stgit': return sources.map(({ bytes }) => mailFromStgit(bytes));
    case 'stgit-series': return readSeries(work, sources).map(mailFromStgit);
    case 'hg': return sources.map(({ bytes }) => mailFromHg(bytes));
  }
}

function readSeries(work: Workplace, sources: readonly Source[]): Uint8Array[] {
  const { io } = work.session;
  if (sources.length !== 1) throw new Failure('error: Only one StGIT patch series can be applied at once\nfatal: Failed to split patches.\n', 128);
  const [{ name, bytes }] = sources as [Source];
  const folder = name.includes('/') ? `${name.slice(0, name.lastIndexOf('/'))}/` : '';
  return losslessTextFromBytes(bytes).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => (
    io.files.readFile(absolutePath(io.cwd, folder + line)) ?? die(`could not open '${folder}${line}' for reading: No such file or directory`)
  ));
}

/** A patch of StGit as a mail: its first line is the subject, headers follow. */
function mailFromStgit(bytes: Uint8Array): Uint8Array {
  let hasSubject = false;
  const lines = losslessTextFromBytes(bytes).split('\n');
  let at = 0;
  let text = '';
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*$/.test(line)) continue;
    const author = /^Author:(.*)$/.exec(line)?.[1];
    if (author !== undefined) text += `From:${author}\n`;
    else if (/^(?:From|Date)/.test(line)) text += `${line}\n`;
    else if (!hasSubject) {
      text += `Subject: ${line}\n`;
      hasSubject = true;
    } else break;
  }
  return bytesFromLosslessText(`${text}\n${lines.slice(at).join('\n')}`);
}

/** A changeset of Mercurial as a mail. */
function mailFromHg(bytes: Uint8Array): Uint8Array {
  const lines = losslessTextFromBytes(bytes).split('\n');
  let text = '';
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const user = /^# User (.*)$/.exec(line)?.[1];
    const date = /^# Date (-?\d+) (-?\d+)/.exec(line);
    if (user !== undefined) text += `From: ${user}\n`;
    else if (date !== null) text += `Date: ${hgDate(Number(date[1]), Number(date[2]))}\n`;
    else if (!line.startsWith('# ')) break;
  }
  return bytesFromLosslessText(`${text}\n${lines.slice(at).join('\n')}`);
}

/** Mercurial counts zones in seconds, to the west. */
function hgDate(timeSeconds: number, west: number): string {
  const minutes = Math.floor(Math.abs(west) / 60);
  const zone = `${west > 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}${String(minutes % 60).padStart(2, '0')}`;
  const local = new Date((timeSeconds - west) * 1000).toUTCString();
  return local.replace(/GMT$/, zone);
}
