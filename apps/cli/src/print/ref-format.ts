/** The format language of for-each-ref, branch and tag (git-for-each-ref(1), "FIELD NAMES"). */
import type { ObjectId } from '@govc/core';
import {
  aheadBehind, BRANCH_PREFIX, findPushRef, findRefId, findThroughTags, findUpstreamRef, formatTrailers, losslessTextFromBytes, parseCommit, parseTag,
  runJob, scanTagTarget, shortenRefName, showDate, textWidth, type RefName,
} from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import type { Session } from '../session/session.js';
import { abbreviationOf, shortId } from './abbreviation.js';
import { colorCode } from './color.js';
import { readDateMode } from './commit-text.js';

/** A ref that is shown. */
export interface ShownRef {
  readonly name: RefName;
  readonly id: ObjectId;
  /** How it is named where a short name is asked for; `undefined`: as short as it can be. */
  readonly shown?: string | undefined;
}

/** How a format is used. */
export interface RefFormatOptions {
  readonly quote?: 'shell' | 'perl' | 'python' | 'tcl' | undefined;
  readonly colors?: boolean | undefined;
}

type Token = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'atom'; readonly name: string; readonly argument: string | undefined; readonly peeled: boolean; readonly whole: string };

/** A format that was read. @throws {Failure} an element is not known */
export class RefFormat {
  readonly #tokens: readonly Token[];
  readonly #options: RefFormatOptions;
  readonly #values: RefValues;

  constructor(session: Session, text: string, options: RefFormatOptions = {}) {
    this.#options = options;
    this.#tokens = readTokens(text);
    this.#values = new RefValues(session);
    for (const token of this.#tokens) if (token.kind === 'atom') checkAtom(token);
    checkNesting(this.#tokens);
  }

  /** The text for a ref, without a line feed. */
  format(ref: ShownRef): string {
    const stack: Frame[] = [{ kind: 'top', text: '', isUsed: true }];
    for (const token of this.#tokens) this.#step(stack, token, ref);
    return stack[0]!.text + (this.#options.colors === true && this.#tokens.some((token) => token.kind === 'atom' && token.name === 'color') ? '\x1b[m' : '');
  }

  #step(stack: Frame[], token: Token, ref: ShownRef): void {
    const top = stack.at(-1)!;
    if (token.kind === 'text') {
      top.text += token.text;
      return;
    }
    switch (token.name) {
      case 'align': stack.push({ kind: 'align', text: '', isUsed: true, argument: token.argument }); return;
      case 'if': stack.push({ kind: 'if', text: '', isUsed: true, argument: token.argument }); return;
      case 'then': {
        const condition = top.text;
        const [kind, wanted] = splitOnce(top.argument ?? '');
        top.isTrue = top.argument === undefined ? condition.trim() !== '' : kind === 'equals' ? condition === wanted : condition !== wanted;
        top.text = '';
        top.kind = 'then';
        return;
      }
      case 'else':
        top.kept = top.isTrue === true ? top.text : '';
        top.text = '';
        top.kind = 'else';
        return;
      case 'end': {
        stack.pop();
        const outer = stack.at(-1)!;
        const text = top.kind === 'align' ? align(top.text, top.argument ?? '') : top.kind === 'then' ? (top.isTrue === true ? top.text : '') : top.isTrue === true ? top.kept ?? '' : top.text;
        outer.text += top.kind === 'align' && stack.length === 1 ? this.#quoted(text) : text;
        return;
      }
      default: {
        const value = token.name === 'color' ? (this.#options.colors === true ? colorCode(token.argument ?? '') ?? '' : '') : this.#values.of(ref, token);
        top.text += stack.some(({ kind }) => kind === 'align') || (stack.length > 1 && top.kind === 'if') ? value : this.#quoted(value);
      }
    }
  }

  #quoted(text: string): string {
    switch (this.#options.quote) {
      case 'shell': return `'${text.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
      case 'perl': return `'${text.replace(/['\\]/g, '\\$&')}'`;
      case 'python': return `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, '\\n')}'`;
      case 'tcl': return `"${text.replace(/[[\]{}$\\"]/g, '\\$&').replace(/\f/g, '\\f').replace(/\r/g, '\\r').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\v/g, '\\v')}"`;
      case undefined: return text;
    }
  }
}

interface Frame {
  kind: 'top' | 'align' | 'if' | 'then' | 'else';
  text: string;
  isUsed: boolean;
  argument?: string | undefined;
  isTrue?: boolean;
  kept?: string;
}

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') tokens.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const hex = /^%([0-9a-fA-F]{2})/.exec(rest);
    if (rest.startsWith('%(')) {
      const end = rest.indexOf(')');
      if (end < 0) throw new Failure(`error: malformed format string ${rest}\nfatal: unable to parse format string\n`, 128);
      flush();
      tokens.push(atomOf(rest.slice(2, end)));
      at += end + 1;
    } else if (rest.startsWith('%%')) {
      plain += '%';
      at += 2;
    } else if (hex !== null) {
      plain += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      at += 3;
    } else {
      plain += text[at]!;
      at++;
    }
  }
  flush();
  return tokens;
}

function atomOf(whole: string): Token {
  const peeled = whole.startsWith('*');
  const [name, argument] = splitOnce(peeled ? whole.slice(1) : whole);
  return { kind: 'atom', name, argument, peeled, whole };
}

function splitOnce(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  const equals = text.indexOf('=');
  if (colon < 0 && equals < 0) return [text, undefined];
  const at = colon < 0 ? equals : text.startsWith('equals') || text.startsWith('notequals') ? equals : colon;
  return [text.slice(0, at), text.slice(at + 1)];
}

const ATOMS = new Set([
  'refname', 'objecttype', 'objectsize', 'objectname', 'deltabase', 'tree', 'parent', 'numparent', 'object', 'type', 'tag', 'author', 'authorname',
  'authoremail', 'authordate', 'committer', 'committername', 'committeremail', 'committerdate', 'tagger', 'taggername', 'taggeremail', 'taggerdate',
  'creator', 'creatordate', 'subject', 'body', 'trailers', 'contents', 'raw', 'upstream', 'push', 'symref', 'flag', 'HEAD', 'color', 'worktreepath', 'align',
  'end', 'if', 'then', 'else', 'rest', 'ahead-behind', 'describe', 'is-base',
]);

function checkAtom({ name, argument, whole }: Extract<Token, { readonly kind: 'atom' }>): void {
  if (whole === '' || !ATOMS.has(name)) die(`unknown field name: ${whole}`);
  if (name === 'rest') die(`this command reject atom %(${whole})`);
  const refuses = ['objecttype', 'deltabase', 'HEAD'].includes(name);
  if (refuses && argument !== undefined) die(`%(${name}) does not take arguments`);
  if (name === 'if' && argument !== undefined && !/^(?:not)?equals=/.test(argument)) die(`unrecognized %(if) argument: ${argument}`);
  if (name === 'align' && (argument === undefined || argument === '')) die('expected format: %(align:<width>,<position>)');
  if (name === 'color' && (argument === undefined || colorCode(argument) === undefined)) die(argument === undefined ? 'expected format: %(color:<color>)' : `unrecognized color: %(color:${argument})`);
  if (name === 'align') align('', argument!);
  if (/date$/.test(name) && argument !== undefined) readDateMode(argument);
  if (/email$/.test(name) && argument !== undefined && !/^(?:trim|localpart|mailmap)(?:,(?:trim|localpart|mailmap))*$/.test(argument)) die(`unrecognized %(${name}) argument: ${argument}`);
  if (name === 'refname' || name === 'symref') checkRefArgument(name, argument);
  if (name === 'objectname' || name === 'tree' || name === 'parent') {
    if (argument !== undefined && argument !== 'short' && !/^short=\d+$/.test(argument)) die(`unrecognized %(${name}) argument: ${argument}`);
    if (argument === 'short=0') die(`positive value expected '0' in %(${name})`);
  }
  if (name === 'objectsize' && argument !== undefined && argument !== 'disk') die(`unrecognized %(objectsize) argument: ${argument}`);
  if (name === 'body' && argument !== undefined) die('%(body) does not take arguments');
  if (name === 'subject' && argument !== undefined && argument !== 'sanitize') die(`unrecognized %(subject) argument: ${argument}`);
  if (name === 'contents' && argument !== undefined && !/^(?:size|subject|sanitize|body|signature|lines=\d+|trailers(?::.*)?)$/.test(argument)) die(`unrecognized %(contents) argument: ${argument}`);
}

function checkRefArgument(name: string, argument: string | undefined): void {
  if (argument === undefined || argument === 'short') return;
  const match = /^(lstrip|rstrip|strip)=(.*)$/.exec(argument);
  if (match === null) die(`unrecognized %(${name}) argument: ${argument}`);
  if (!/^-?\d+$/.test(match[2]!)) die(`Integer value expected refname:${argument}`);
}

function checkNesting(tokens: readonly Token[]): void {
  const open: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'text') continue;
    const top = open.at(-1);
    if (token.name === 'if' || token.name === 'align') open.push(token.name);
    else if (token.name === 'then') {
      if (top === undefined || top === 'align') die('format: %(then) atom used without a %(if) atom');
      if (top === 'then') die('format: %(then) atom used more than once');
      if (top === 'else') die('format: %(then) atom used after %(else)');
      open[open.length - 1] = 'then';
    } else if (token.name === 'else') {
      if (top === undefined || top === 'align') die('format: %(else) atom used without a %(if) atom');
      if (top === 'if') die('format: %(else) atom used without a %(then) atom');
      if (top === 'else') die('format: %(else) atom used more than once');
      open[open.length - 1] = 'else';
    } else if (token.name === 'end') {
      if (top === undefined) die('format: %(end) atom used without corresponding atom');
      if (top === 'if') die('format: %(if) atom used without a %(then) atom');
      open.pop();
    }
  }
  if (open.length > 0) die(open.at(-1) === 'if' ? 'format: %(if) atom used without a %(then) atom' : 'format: %(end) atom missing');
}

function align(text: string, argument: string): string {
  let width = -1;
  let position = 'left';
  for (const part of argument.split(',')) {
    const [name, value] = part.includes('=') ? [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] : ['', part];
    if (name === 'width' || (name === '' && /^\d+$/.test(part))) {
      if (!/^\d+$/.test(value)) die(`unrecognized width:${value}`);
      width = Number(value);
    } else if (name === 'position' || ['left', 'right', 'middle'].includes(part)) {
      if (!['left', 'right', 'middle'].includes(value)) die(`unrecognized position:${value}`);
      position = value;
    } else {
      die(`unrecognized %(align) argument: ${part}`);
    }
  }
  if (width < 0) die('positive width expected with the %(align) atom');
  const missing = Math.max(0, width - textWidth(text));
  if (position === 'left') return text + ' '.repeat(missing);
  if (position === 'right') return ' '.repeat(missing) + text;
  const left = Math.floor(missing / 2);
  return ' '.repeat(left) + text + ' '.repeat(missing - left);
}

/** What the fields of refs hold. */
export class RefValues {
  readonly #session: Session;
  #digits: number | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The value of a field; `''` where the ref has none. */
  of(ref: ShownRef, { name, argument, peeled }: { readonly name: string; readonly argument: string | undefined; readonly peeled: boolean }): string {
    const { snapshot } = this.#session.context;
    switch (name) {
      case 'refname': return peeled ? `${this.#refName(ref.name, argument, ref.shown)}^{}` : this.#refName(ref.name, argument, ref.shown);
      case 'symref': {
        const value = snapshot.refs.get(ref.name);
        return value?.kind === 'symbolic' ? this.#refName(value.target, argument) : '';
      }
      case 'flag': return snapshot.refs.get(ref.name)?.kind === 'symbolic' ? 'symref' : '';
      case 'HEAD': return this.#session.repository.head().ref === ref.name ? '*' : ' ';
      case 'worktreepath': return this.#session.repository.head().ref === ref.name ? this.#session.worktreePath ?? '' : '';
      case 'upstream': case 'push': return this.#remote(ref, name, argument);
      case 'ahead-behind': return this.#aheadBehind(ref, argument ?? 'HEAD');
      default: return this.#objectField(peeled ? this.#peel(ref.id) : ref.id, name, argument);
    }
  }

  #peel(id: ObjectId): ObjectId | undefined {
    const { snapshot } = this.#session.context;
    if (snapshot.objects.findHeader(id)?.type !== 'tag') return undefined;
    return findThroughTags(snapshot, id)?.id ?? scanTagTarget(snapshot.objects.find(id)!.body, snapshot.algorithm).id;
  }

  #refName(name: string, argument: string | undefined, shown?: string): string {
    if (argument === undefined) return name;
    if (argument === 'short') return shown ?? shortenRefName(this.#session.context.snapshot.refs, name as RefName, { strict: this.#session.config.getBool('core.warnambiguousrefs', true) });
    const [kind = '', text = '0'] = argument.split('=');
    const parts = name.split('/');
    let count = Number(text);
    if (count < 0) count = Math.max(0, parts.length + count);
    if (count >= parts.length) return '';
    return kind === 'rstrip' ? parts.slice(0, parts.length - count).join('/') : parts.slice(count).join('/');
  }

  #remote(ref: ShownRef, kind: string, argument: string | undefined): string {
    if (!ref.name.startsWith(BRANCH_PREFIX)) return '';
    const { snapshot } = this.#session.context;
    const branch = ref.name.slice(BRANCH_PREFIX.length);
    const found = (kind === 'push' ? findPushRef : findUpstreamRef)(snapshot, branch);
    const { config } = this.#session;
    if (argument === 'remotename') return (kind === 'push' ? config.get(`branch.${branch}.pushremote`) ?? config.get('remote.pushdefault') : undefined) ?? config.get(`branch.${branch}.remote`) ?? '';
    if (argument === 'remoteref') return kind === 'push' ? (typeof found === 'string' ? ref.name : '') : config.get(`branch.${branch}.merge`) ?? '';
    if (typeof found !== 'string') return '';
    const options = (argument ?? '').split(',');
    if (!options.includes('track') && !options.includes('trackshort')) return this.#refName(found, argument);
    return this.#track(ref.id, found, { isShort: options.includes('trackshort'), brackets: !options.includes('nobracket') });
  }

  #track(id: ObjectId, upstream: RefName, { isShort, brackets }: { readonly isShort: boolean; readonly brackets: boolean }): string {
    const { snapshot, graph } = this.#session.context;
    const other = findRefId(snapshot.refs, upstream);
    if (other === undefined) return isShort ? '' : brackets ? '[gone]' : 'gone';
    const { ahead, behind } = runJob(aheadBehind({ graph, objects: snapshot.objects, shallow: snapshot.shallow }, id, other));
    if (isShort) return ahead === 0 && behind === 0 ? '=' : behind === 0 ? '>' : ahead === 0 ? '<' : '<>';
    const text = [...(ahead > 0 ? [`ahead ${ahead}`] : []), ...(behind > 0 ? [`behind ${behind}`] : [])].join(', ');
    return text === '' ? '' : brackets ? `[${text}]` : text;
  }

  #aheadBehind(ref: ShownRef, base: string): string {
    const { ahead, behind } = this.#session.repository.aheadBehind(ref.id, base);
    return `${ahead} ${behind}`;
  }

  #objectField(id: ObjectId | undefined, name: string, argument: string | undefined): string {
    if (id === undefined) return '';
    const { objects, algorithm } = this.#session.context.snapshot;
    const header = objects.findHeader(id);
    if (header === undefined) die(`missing object ${id} for ${name}`);
    switch (name) {
      case 'objectname': return this.#shortened(id, argument);
      case 'objecttype': return header.type;
      case 'objectsize': return String(header.size);
      case 'deltabase': return algorithm.zeroId;
      default: break;
    }
    const { body } = objects.find(id)!;
    if (name === 'raw') return argument === 'size' ? String(body.length) : losslessTextFromBytes(body);
    if (header.type === 'commit') return commitField(body, name, argument, this);
    if (header.type === 'tag') return tagField(body, name, argument, this);
    return '';
  }

  #shortened(id: ObjectId, argument: string | undefined): string {
    if (argument === undefined) return id;
    const size = argument.startsWith('short=') ? Math.max(4, Number(argument.slice(6))) : (this.#digits ??= abbreviationOf(this.#session));
    return shortId(this.#session, id, size);
  }

  /** An id, in short where that was asked for. */
  idText(id: ObjectId, argument: string | undefined): string {
    return this.#shortened(id, argument);
  }

  get session(): Session {
    return this.#session;
  }
}

interface PersonText {
  readonly name: string;
  readonly email: string;
  readonly timeSeconds: number;
  readonly timezone: string;
}

function commitField(body: Uint8Array, name: string, argument: string | undefined, values: RefValues): string {
  const commit = parseCommit(body, values.session.algorithm);
  switch (name) {
    case 'tree': return values.idText(commit.tree, argument);
    case 'parent': return commit.parents.map((id) => values.idText(id, argument)).join(' ');
    case 'numparent': return String(commit.parents.length);
    default: break;
  }
  const person = personField(name, argument, { author: commit.author, committer: commit.committer, creator: commit.committer }, values);
  return person ?? messageField(losslessTextFromBytes(commit.message), name, argument) ?? '';
}

function tagField(body: Uint8Array, name: string, argument: string | undefined, values: RefValues): string {
  const tag = parseTag(body, values.session.algorithm);
  switch (name) {
    case 'object': return tag.target.id;
    case 'type': return tag.target.type;
    case 'tag': return tag.name;
    default: break;
  }
  const person = personField(name, argument, { tagger: tag.tagger, creator: tag.tagger }, values);
  return person ?? messageField(losslessTextFromBytes(tag.message), name, argument) ?? '';
}

function personField(name: string, argument: string | undefined, people: Readonly<Record<string, PersonText | undefined>>, values: RefValues): string | undefined {
  const match = /^(author|committer|tagger|creator)(name|email|date)?$/.exec(name);
  if (match === null) return undefined;
  const who = people[match[1]!];
  if (who === undefined) return '';
  const { io } = values.session;
  const date = (): string => showDate(who, readDateMode(argument ?? 'default'), { nowSeconds: Math.floor(io.clock() / 1000), zone: io.zone });
  switch (match[2]) {
    case 'name': return who.name;
    case 'email': {
      const parts = (argument ?? '').split(',');
      if (parts.includes('localpart')) return who.email.split('@')[0]!;
      return parts.includes('trim') ? who.email : `<${who.email}>`;
    }
    case 'date': return date();
    default: return `${who.name} <${who.email}> ${who.timeSeconds} ${who.timezone}`;
  }
}

const SIGNATURE = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----$/m;

function messageField(whole: string, name: string, argument: string | undefined): string | undefined {
  const text = whole.replace(/^\n+/, '');
  const signatureAt = SIGNATURE.exec(text)?.index ?? text.length;
  const signature = text.slice(signatureAt);
  const unsigned = text.slice(0, signatureAt);
  const subjectEnd = /\n[ \t]*\n|\n*$/.exec(unsigned)!;
  const subjectLines = unsigned.slice(0, subjectEnd.index);
  const bodyStart = unsigned.slice(subjectEnd.index).replace(/^\s*\n/, '').replace(/^\n+/, '');
  const subject = subjectLines.split('\n').join(' ');
  switch (name) {
    case 'subject': return argument === 'sanitize' ? sanitize(subject) : subject;
    case 'body': return bodyStart + signature;
    case 'trailers': return trailers(unsigned, argument);
    case 'contents': {
      if (argument === undefined) return text;
      if (argument === 'size') return String(Buffer.byteLength(text));
      if (argument === 'subject') return subject;
      if (argument === 'body') return bodyStart;
      if (argument === 'signature') return signature;
      if (argument.startsWith('lines=')) return text.split('\n').slice(0, Number(argument.slice(6))).filter((line, index, all) => index < all.length - 1 || line !== '').join('\n    ');
      return argument.startsWith('trailers') ? trailers(unsigned, argument.slice(9) || undefined) : '';
    }
    default: return undefined;
  }
}

function sanitize(subject: string): string {
  return subject.replace(/[^A-Za-z0-9._]+/g, '-').replace(/\.{2,}/g, '.').replace(/^-+|[-.]+$/g, '');
}

function trailers(message: string, argument: string | undefined): string {
  const expand = (text: string): string => text.replace(/%n/g, '\n').replace(/%x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replace(/%%/g, '%');
  return formatTrailers(message, argument ?? '', expand) ?? die(`unknown %(trailers) argument: ${argument ?? ''}`);
}
